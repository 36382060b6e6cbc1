"""Frames, muting and limits of a connection, with a dispatcher that echoes.

A frame's body is a command: "echo…" is answered with the same bytes, "wait…" when the test says
so, "none…" never, "bad…" is a protocol error, "file…" is answered with a range of a file, "hold…"
is answered and holds back what comes after it.
"""

from __future__ import annotations

import asyncio
import os
import socket
import struct
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from wirekafka_protocol.errors import ProtocolError

from wirekafka.apis.deferred import Deferred
from wirekafka.clock import SystemClock
from wirekafka.network.connection_limits import Maxima
from wirekafka.network.server import Server

LIMIT = 8 * 1024 * 1024


def frame(body: bytes) -> bytes:
    return struct.pack(">i", len(body)) + body


class FileRange:
    """Stands for a LogSlice."""

    def __init__(self, fd: int, position: int, size: int) -> None:
        self.fd, self.position, self.size = fd, position, size

    def read_bytes(self) -> bytes:
        return os.pread(self.fd, self.size, self.position)

    def read_range(self, offset: int, size: int) -> bytes:
        return os.pread(self.fd, size, self.position + offset)


class Echo:
    """A backend whose dispatcher does what the frames say."""

    def __init__(self) -> None:
        self.waiting: list[Deferred] = []
        self.seen: list[bytes] = []
        self.held: list[Deferred] = []
        self.peers: list[Any] = []
        self.writes_succeed = True
        self.fd = -1
        self.loop_errors: list[Any] = []
        self.file_bytes = 0
        self.server: Server
        self.server: Server

    @property
    def dispatcher(self) -> Echo:
        return self

    def handle(self, peer: Any, view: memoryview, pos: int, end: int) -> Any:
        body = bytes(view[pos:end])
        self.seen.append(body)
        command = body[:4]
        if command == b"wait":
            later = Deferred()
            self.waiting.append(later)
            return later
        if command == b"hold":
            self.peers.append(peer)
            peer.hold(later := Deferred())
            self.held.append(later)
            return [frame(body)] if body[4:] else []
        if command == b"none":
            return None
        if command == b"bad!":
            raise ProtocolError("bad frame")
        if command == b"file":
            header = struct.pack(">i", self.file_bytes)
            return [header, FileRange(self.fd, 0, self.file_bytes), b""]
        return frame(body)

    def commit(self) -> bool:
        return self.writes_succeed

    def wake(self) -> None:
        pass


class Client:
    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer

    def send(self, *bodies: bytes) -> None:
        self.writer.write(b"".join(map(frame, bodies)))

    async def answer(self) -> bytes:
        async with asyncio.timeout(10):
            (size,) = struct.unpack(">i", await self.reader.readexactly(4))
            return await self.reader.readexactly(size)

    async def closed(self) -> bool:
        async with asyncio.timeout(10):
            try:
                return await self.reader.read(1) == b""
            except ConnectionError:
                return True


def run(
    scenario: Callable[[Echo, Callable[[], Awaitable[Client]]], Awaitable[None]],
    **limits: int,
) -> None:
    async def main() -> None:
        echo = Echo()
        asyncio.get_running_loop().set_exception_handler(
            lambda loop, context: echo.loop_errors.append(context)
        )
        server = Server(
            backend=echo,
            clock=SystemClock(),
            max_request_bytes=LIMIT,
            max_idle_ms=limits.get("max_idle_ms", 0),
            backlog=10,
        )
        server.limit_connections(Maxima(per_address=limits.get("max_connections_per_ip", 100)))
        echo.server = server
        host, port = server.bind("PLAINTEXT", "127.0.0.1", 0, None).address
        await server.accept()
        writers = []

        async def connect() -> Client:
            reader, writer = await asyncio.open_connection(host, port)
            writers.append(writer)
            return Client(reader, writer)

        try:
            await scenario(echo, connect)
        finally:
            for writer in writers:
                writer.close()
            server.stop_accepting()
            await server.close()

    asyncio.run(main())


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not condition():
            await asyncio.sleep(0)


def test_pipelined_frames_are_answered_in_order() -> None:
    async def scenario(echo: Echo, connect: Any) -> None:
        client = await connect()
        bodies = [b"echo%d" % number for number in range(1000)]
        client.send(*bodies)
        assert [await client.answer() for _ in bodies] == bodies

    run(scenario)


def test_a_frame_may_arrive_byte_by_byte() -> None:
    async def scenario(echo: Echo, connect: Any) -> None:
        client = await connect()
        for byte in frame(b"echo-slowly") + frame(b"echo-again"):
            client.writer.write(bytes([byte]))
            await client.writer.drain()
            await asyncio.sleep(0)
        assert await client.answer() == b"echo-slowly"
        assert await client.answer() == b"echo-again"

    run(scenario)


@pytest.mark.parametrize("size", [10, 4096, 300_000, LIMIT])
def test_frames_of_every_size_are_whole(size: int) -> None:
    async def scenario(echo: Echo, connect: Any) -> None:
        client = await connect()
        body = b"none" + os.urandom(size - 4)
        client.send(body, b"echo", body, b"echo")
        assert await client.answer() == b"echo"
        assert await client.answer() == b"echo"
        assert echo.seen == [body, b"echo", body, b"echo"]

    run(scenario)


def test_a_waiting_request_holds_back_the_next_one() -> None:
    async def scenario(echo: Echo, connect: Any) -> None:
        client = await connect()
        client.send(b"echo1", b"wait", b"echo2", b"echo3")
        assert await client.answer() == b"echo1"
        await until(lambda: bool(echo.waiting))
        assert echo.seen == [b"echo1", b"wait"]
        echo.waiting[0].resolve(frame(b"late"))
        assert [await client.answer() for _ in range(3)] == [b"late", b"echo2", b"echo3"]

    run(scenario)


def test_a_muted_connection_is_read_only_up_to_a_bound() -> None:
    async def scenario(echo: Echo, connect: Any) -> None:
        client = await connect()
        client.send(b"wait")
        await until(lambda: bool(echo.waiting))
        flood = [b"none" + bytes(60_000) for _ in range(200)]
        client.send(*flood)
        for _ in range(50):
            await asyncio.sleep(0)
        assert client.writer.transport.get_write_buffer_size() > 0
        echo.waiting[0].resolve(frame(b"late"))
        assert await client.answer() == b"late"
        client.send(b"echo")
        assert await client.answer() == b"echo"
        assert len(echo.seen) == 202

    run(scenario)


def test_a_frame_that_is_only_announced_costs_little_memory() -> None:
    """500 connections that declare 100 MB and send 100 bytes once took 256 KiB each."""

    async def scenario(echo: Echo, connect: Any) -> None:
        client = await connect()
        taken: list[int] = []
        buffers = echo.server.buffers
        take = buffers.take
        buffers.take = lambda size: taken.append(size) or take(size)  # type: ignore[method-assign,func-returns-value]
        announced = struct.pack(">i", LIMIT) + b"echo" + bytes(100)
        client.writer.write(announced)
        await until(lambda: bool(taken))
        assert max(taken) <= 32 * 1024
        client.writer.write(bytes(LIMIT - 104))
        assert len(await client.answer()) == LIMIT

    run(scenario)


def test_a_client_that_leaves_abandons_its_wait() -> None:
    async def scenario(echo: Echo, connect: Any) -> None:
        client = await connect()
        client.send(b"wait")
        await until(lambda: bool(echo.waiting))
        client.writer.close()
        await until(lambda: echo.waiting[0].done)
        echo.waiting[0].resolve(frame(b"nobody"))

    run(scenario)


def test_a_protocol_error_closes_after_the_earlier_answers() -> None:
    async def scenario(echo: Echo, connect: Any) -> None:
        client, other = await connect(), await connect()
        client.send(b"echo", b"bad!", b"echo")
        assert await client.answer() == b"echo"
        assert await client.closed()
        other.send(b"echo")
        assert await other.answer() == b"echo"
        assert echo.seen.count(b"echo") == 2

    run(scenario)


@pytest.mark.parametrize("size", [-1, -(2**31), LIMIT + 1, 2**31 - 1])
def test_a_frame_size_out_of_bounds_closes(size: int) -> None:
    async def scenario(echo: Echo, connect: Any) -> None:
        client = await connect()
        client.writer.write(struct.pack(">i", size))
        assert await client.closed()

    run(scenario)


@pytest.mark.parametrize(
    "first", [bytes.fromhex("0000000804d2162f"), b"\0\0\0\x29\0\x03\0\0user\0postgres"]
)
def test_who_begins_as_a_client_of_postgresql_is_not_waited_for(first: bytes) -> None:
    """Its sizes count themselves: four bytes that will never come would be missing."""

    async def scenario(echo: Echo, connect: Any) -> None:
        client = await connect()
        client.writer.write(first)
        assert await client.closed()
        assert echo.seen == []

    run(scenario)


def test_a_failed_write_closes_without_an_acknowledgement() -> None:
    async def scenario(echo: Echo, connect: Any) -> None:
        client = await connect()
        echo.writes_succeed = False
        client.send(b"echo")
        assert await client.closed()

    run(scenario)


def test_a_large_file_range_arrives_whole_and_in_order(tmp_path: Path) -> None:
    content = os.urandom(6 * 1024 * 1024)
    (tmp_path / "segment").write_bytes(content)

    async def scenario(echo: Echo, connect: Any) -> None:
        echo.fd = os.open(tmp_path / "segment", os.O_RDONLY)
        echo.file_bytes = len(content)
        try:
            client = await connect()
            client.send(b"file", b"echo1", b"file", b"echo2")
            for number in (b"1", b"2"):
                assert await client.answer() == content
                assert await client.answer() == b"echo" + number
        finally:
            os.close(echo.fd)

    run(scenario)


def test_without_sendfile_a_large_file_range_arrives_as_well(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """TLS, and systems that have no sendfile."""
    monkeypatch.delattr(os, "sendfile", raising=False)
    test_a_large_file_range_arrives_whole_and_in_order(tmp_path)


def test_a_file_shorter_than_promised_cuts_the_connection(tmp_path: Path) -> None:
    (tmp_path / "segment").write_bytes(bytes(300_000))

    async def scenario(echo: Echo, connect: Any) -> None:
        echo.fd = os.open(tmp_path / "segment", os.O_RDONLY)
        echo.file_bytes = 400_000
        try:
            client = await connect()
            client.send(b"file")
            with pytest.raises((asyncio.IncompleteReadError, ConnectionError)):
                await client.answer()
        finally:
            os.close(echo.fd)

    run(scenario)


@pytest.mark.parametrize("size", [100, 300_000])
def test_a_file_that_cannot_be_read_cuts_the_connection(tmp_path: Path, size: int) -> None:
    """Small ranges are read, large ones go by sendfile; neither may disturb the broker."""
    (tmp_path / "segment").write_bytes(bytes(size))

    async def scenario(echo: Echo, connect: Any) -> None:
        echo.fd = os.open(tmp_path / "segment", os.O_WRONLY)
        echo.file_bytes = size
        try:
            client, other = await connect(), await connect()
            client.send(b"file")
            with pytest.raises((asyncio.IncompleteReadError, ConnectionError)):
                await client.answer()
            other.send(b"echo")
            assert await other.answer() == b"echo"
        finally:
            os.close(echo.fd)
        assert echo.loop_errors == []

    run(scenario)


def test_a_small_file_shorter_than_promised_cuts_the_connection(tmp_path: Path) -> None:
    (tmp_path / "segment").write_bytes(bytes(50))

    async def scenario(echo: Echo, connect: Any) -> None:
        echo.fd = os.open(tmp_path / "segment", os.O_RDONLY)
        echo.file_bytes = 100
        try:
            client = await connect()
            client.send(b"file")
            with pytest.raises((asyncio.IncompleteReadError, ConnectionError)):
                await client.answer()
        finally:
            os.close(echo.fd)

    run(scenario)


def test_a_late_answer_that_cannot_be_given_closes_the_connection() -> None:
    async def scenario(echo: Echo, connect: Any) -> None:
        client, other = await connect(), await connect()
        client.send(b"wait", b"echo-behind")
        other.send(b"echo")
        assert await other.answer() == b"echo"
        echo.waiting[0].resolve(ProtocolError("a bug"))
        assert await client.closed()
        assert b"echo-behind" not in echo.seen

    run(scenario)


def test_small_answers_are_sent_at_once() -> None:
    """Without TCP_NODELAY the tail of a large answer waits for the client's delayed ack."""

    async def scenario(echo: Echo, connect: Any) -> None:
        client = await connect()
        client.send(b"echo")
        assert await client.answer() == b"echo"
        (connection,) = echo.server.connections
        accepted = connection._transport.get_extra_info("socket")
        assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)

    run(scenario)


def test_an_idle_connection_is_closed() -> None:
    async def scenario(echo: Echo, connect: Any) -> None:
        client = await connect()
        client.send(b"echo")
        assert await client.answer() == b"echo"
        assert await client.closed()

    run(scenario, max_idle_ms=60)


def test_a_connection_above_the_limit_of_its_address_is_refused() -> None:
    async def scenario(echo: Echo, connect: Any) -> None:
        first = await connect()
        first.send(b"echo")
        assert await first.answer() == b"echo"
        second = await connect()
        assert await second.closed()
        first.send(b"echo")
        assert await first.answer() == b"echo"

    run(scenario, max_connections_per_ip=1)


def test_a_held_connection_is_answered_first_and_handles_nothing_more_until_then() -> None:
    """KIP-219: the answer that says how long to wait is sent before the wait begins."""

    async def scenario(echo: Echo, connect: Callable[[], Awaitable[Client]]) -> None:
        client = await connect()
        client.send(b"hold it", b"echo 1")
        assert await client.answer() == b"hold it"
        client.send(b"echo 2")
        other = await connect()
        other.send(b"echo other")
        assert await other.answer() == b"echo other"
        assert echo.seen == [b"hold it", b"echo other"]
        echo.held[0].resolve(None)
        assert [await client.answer() for _ in range(2)] == [b"echo 1", b"echo 2"]

    run(scenario)


def test_a_connection_is_held_without_an_answer() -> None:
    async def scenario(echo: Echo, connect: Callable[[], Awaitable[Client]]) -> None:
        client = await connect()
        client.send(b"hold", b"echo 1")
        await until(lambda: bool(echo.held))
        assert echo.seen == [b"hold"]
        echo.held[0].resolve(None)
        assert await client.answer() == b"echo 1"

    run(scenario)


def test_a_late_answer_may_hold_the_connection_as_well() -> None:
    async def scenario(echo: Echo, connect: Callable[[], Awaitable[Client]]) -> None:
        client = await connect()
        client.send(b"hold", b"wait", b"echo 1")
        await until(lambda: bool(echo.held))
        echo.held[0].resolve(None)
        await until(lambda: bool(echo.waiting))
        held = Deferred()
        echo.peers[0].hold(held)
        echo.waiting[0].resolve(frame(b"late"))
        assert await client.answer() == b"late"
        assert echo.seen == [b"hold", b"wait"]
        held.resolve(None)
        assert await client.answer() == b"echo 1"

    run(scenario)


def test_a_held_client_that_leaves_abandons_the_hold() -> None:
    async def scenario(echo: Echo, connect: Callable[[], Awaitable[Client]]) -> None:
        client = await connect()
        client.send(b"hold it")
        await client.answer()
        client.writer.close()
        await until(lambda: echo.held[0].done)

    run(scenario)
