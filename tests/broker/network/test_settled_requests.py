"""A connection that keeps a settled request: it is answered without the dispatcher, in its turn."""

from __future__ import annotations

import asyncio
import struct
from collections.abc import Awaitable, Callable
from typing import Any

from wirekafka.apis.deferred import Deferred
from wirekafka.clock import SystemClock
from wirekafka.network.server import Server


def frame(body: bytes) -> bytes:
    return struct.pack(">i", len(body)) + body


class Echo:
    """A backend whose dispatcher answers with the same bytes; "wait" when the test says so."""

    def __init__(self) -> None:
        self.seen: list[bytes] = []
        self.waiting: list[Deferred] = []
        self.server: Server

    @property
    def dispatcher(self) -> Echo:
        return self

    def handle(self, peer: Any, view: memoryview, pos: int, end: int) -> Any:
        body = bytes(view[pos:end])
        self.seen.append(body)
        if body != b"wait":
            return frame(body)
        self.waiting.append(later := Deferred())
        return later

    def commit(self) -> bool:
        return True

    def wake(self) -> None:
        pass


class Settled:
    """Answers one request as long as it may; what it was shown is noted."""

    def __init__(self, body: bytes) -> None:
        self._frame = frame(body)
        self.is_settled = True
        self.shown: list[bytes] = []

    def answer(self, read: bytearray, size: int) -> bytes | None:
        self.shown.append(bytes(read[:size]))
        return frame(b"short") if self.is_settled and self.shown[-1] == self._frame else None


class Client:
    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer

    def send(self, content: bytes) -> None:
        self.writer.write(content)

    async def answer(self) -> bytes:
        (size,) = struct.unpack(">i", await self.reader.readexactly(4))
        return await self.reader.readexactly(size)


async def until(condition: Callable[[], bool]) -> None:
    while not condition():
        await asyncio.sleep(0)


def run(scenario: Callable[[Echo, Client, Any], Awaitable[None]]) -> None:
    """One client that was answered once, and its connection."""

    async def main() -> None:
        echo = Echo()
        server = Server(
            backend=echo, clock=SystemClock(), max_request_bytes=1 << 20, max_idle_ms=0, backlog=10
        )
        host, port = server.bind("PLAINTEXT", "127.0.0.1", 0, None).address
        await server.accept()
        client = Client(*await asyncio.open_connection(host, port))
        try:
            async with asyncio.timeout(10):
                client.send(frame(b"echo"))
                assert await client.answer() == b"echo"
                (connection,) = server.connections
                await scenario(echo, client, connection)
        finally:
            client.writer.close()
            server.stop_accepting()
            await server.close()

    asyncio.run(main())


def test_it_is_answered_as_long_as_it_is_settled() -> None:
    async def scenario(echo: Echo, client: Client, connection: Any) -> None:
        connection.settled = settled = Settled(b"beat")
        connection.last_active = 0.0
        for _ in range(3):
            client.send(frame(b"beat"))
            assert await client.answer() == b"short"
        assert connection.last_active > 0
        client.send(frame(b"echo2"))
        assert await client.answer() == b"echo2"
        settled.is_settled = False
        client.send(frame(b"beat"))
        assert await client.answer() == b"beat"
        assert echo.seen == [b"echo", b"echo2", b"beat"]

    run(scenario)


def test_behind_a_request_that_waits_it_takes_its_turn() -> None:
    async def scenario(echo: Echo, client: Client, connection: Any) -> None:
        settled = Settled(b"beat")
        client.send(frame(b"wait"))
        await until(lambda: bool(echo.waiting))
        connection.settled = settled
        client.send(frame(b"beat"))
        await until(lambda: connection._filled > 0)
        assert settled.shown == []
        echo.waiting[0].resolve(frame(b"waited"))
        assert await client.answer() == b"waited"
        assert await client.answer() == b"beat"

    run(scenario)


def test_in_parts_it_takes_the_way_of_all_others() -> None:
    async def scenario(echo: Echo, client: Client, connection: Any) -> None:
        connection.settled = Settled(b"beat")
        client.send(frame(b"beat")[:6])
        await until(lambda: connection._filled == 6)
        client.send(frame(b"beat")[6:])
        assert await client.answer() == b"beat"

    run(scenario)


def test_behind_an_answer_that_is_not_sent_it_waits() -> None:
    """The client does not read: nothing may overtake what is left in the transport."""

    async def scenario(echo: Echo, client: Client, connection: Any) -> None:
        connection.settled = settled = Settled(b"beat")
        connection.pause_writing()
        client.send(frame(b"beat"))
        await until(lambda: connection._filled > 0)
        assert settled.shown == []
        connection.resume_writing()
        assert await client.answer() == b"beat"

    run(scenario)
