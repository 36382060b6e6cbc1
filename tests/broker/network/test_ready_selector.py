"""The broker's selector: readers run within the poll, and all else is as asyncio does it."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from wirekafka.network import ready_selector

pytestmark = pytest.mark.skipif(
    ready_selector.loop_factory is None, reason="this loop is asyncio's own"
)


@pytest.fixture
def pairs() -> Iterator[list[tuple[socket.socket, socket.socket]]]:
    made = [socket.socketpair() for _ in range(3)]
    for pair in made:
        for end in pair:
            end.setblocking(False)
    yield made
    for pair in made:
        for end in pair:
            end.close()


def run(scenario: Callable[[asyncio.AbstractEventLoop], Any]) -> Any:
    async def main() -> Any:
        async with asyncio.timeout(10):
            return await scenario(asyncio.get_running_loop())

    with asyncio.Runner(loop_factory=ready_selector.loop_factory) as runner:
        return runner.run(main())


def test_the_loop_has_this_selector() -> None:
    async def scenario(loop: asyncio.AbstractEventLoop) -> bool:
        return isinstance(vars(loop)["_selector"], ready_selector.ReadySelector)

    assert run(scenario)


def test_a_reader_runs_as_often_as_there_is_something_to_read(pairs: Any) -> None:
    (near, far) = pairs[0]

    async def scenario(loop: asyncio.AbstractEventLoop) -> list[bytes]:
        read: list[bytes] = []
        done = asyncio.Event()

        def readable() -> None:
            read.append(near.recv(1))
            if len(read) == 5:
                done.set()

        loop.add_reader(near, readable)
        far.send(b"hello")
        await done.wait()
        loop.remove_reader(near)
        return read

    assert b"".join(run(scenario)) == b"hello"


def test_a_reader_that_another_removes_in_the_same_poll_does_not_run(pairs: Any) -> None:
    (one, one_far), (two, two_far), (last, last_far) = pairs

    async def scenario(loop: asyncio.AbstractEventLoop) -> list[str]:
        ran: list[str] = []
        done = asyncio.Event()

        def readable(name: str, other: socket.socket, own: socket.socket) -> None:
            ran.append(name)
            loop.remove_reader(other)
            loop.remove_reader(own)
            last_far.send(b"x")

        loop.add_reader(one, readable, "one", two, one)
        loop.add_reader(two, readable, "two", one, two)
        loop.add_reader(last, done.set)
        one_far.send(b"x")
        two_far.send(b"x")
        await done.wait()
        loop.remove_reader(last)
        return ran

    assert len(run(scenario)) == 1


def test_a_reader_that_fails_is_reported_and_harms_nobody(pairs: Any) -> None:
    (one, one_far), (two, two_far), _ = pairs

    async def scenario(loop: asyncio.AbstractEventLoop) -> list[Any]:
        reported: list[Any] = []
        done = asyncio.Event()
        loop.set_exception_handler(lambda loop, context: reported.append(context["exception"]))

        def fails() -> None:
            loop.remove_reader(one)
            two_far.send(b"x")
            raise ValueError("one")

        loop.add_reader(one, fails)
        loop.add_reader(two, done.set)
        one_far.send(b"x")
        await done.wait()
        loop.remove_reader(two)
        return reported

    assert [str(error) for error in run(scenario)] == ["one"]


def test_writers_and_ends_of_connections_are_told_as_ever(pairs: Any) -> None:
    (near, far) = pairs[0]

    async def scenario(loop: asyncio.AbstractEventLoop) -> bytes:
        reader, writer = await asyncio.open_connection(sock=near)
        block = bytes(1 << 20)
        writer.write(block)  # more than the socket takes at once
        received = 0
        while received < len(block):
            received += len(await loop.sock_recv(far, 1 << 20))
        await writer.drain()
        far.send(b"last")
        far.shutdown(socket.SHUT_RDWR)
        last = await reader.read()
        writer.close()
        return last

    assert run(scenario) == b"last"


def test_timers_fire_when_there_is_nothing_to_read() -> None:
    async def scenario(loop: asyncio.AbstractEventLoop) -> bool:
        began = loop.time()
        fired = loop.create_future()
        loop.call_at(began + 0.002, fired.set_result, None)
        await fired
        return loop.time() >= began + 0.002 - 0.001

    assert run(scenario)


def test_a_callback_that_waits_runs_before_what_can_be_read(pairs: Any) -> None:
    (near, far) = pairs[0]

    async def scenario(loop: asyncio.AbstractEventLoop) -> list[str]:
        happened: list[str] = []

        def stop_reading() -> None:
            loop.remove_reader(near)
            happened.append("stopped")

        far.send(b"x")
        loop.add_reader(near, happened.append, "read")
        loop.call_soon(stop_reading)
        for _ in range(3):
            await asyncio.sleep(0)
        return happened

    assert run(scenario) == ["stopped"]
