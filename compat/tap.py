"""A listener in front of a broker that notes which client asks which API in which version.

Bytes are passed on both ways as they come; of a request only the head is read: size, API key,
version, and the name that newer clients give in ApiVersions (KIP-511). The broker must advertise
the tap's address, or clients would go around it after their first Metadata.

The tap outlives the broker's restarts: while there is no broker, connections are closed at once.

Invariant: what is passed on is what was received; a stream that is not Kafka's is passed on, too,
and is noted no further.
"""

from __future__ import annotations

import asyncio
import struct
import threading
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

from .targets.target import free_port

API_VERSIONS = 18
NAMED_FROM = 3  # ApiVersions carries the client's name from this version on
_HEAD_BYTES = 512  # enough for header and name; a request may be shorter
_READ_BYTES = 1 << 18

Asked = dict[str, dict[int, set[int]]]
"""By the client's own name ("" when it gives none) and API key: the versions."""


@dataclass(slots=True)
class RequestHeads:
    """Finds the requests in what a client sends; fed with whatever arrives, at any boundary."""

    software: str = ""
    asked: set[tuple[int, int]] = field(default_factory=set)
    _pending: bytearray = field(default_factory=bytearray)
    _skip: int = 0
    _broken: bool = False

    def feed(self, data: bytes) -> None:
        """Note the requests that begin or end in `data`."""
        if self._broken:
            return
        if self._skip >= len(data):
            self._skip -= len(data)
            return
        self._pending += data[self._skip :]
        self._skip = 0
        while len(self._pending) >= 4 and not self._broken:
            (size,) = struct.unpack_from(">i", self._pending)
            if size < 8:
                self._broken = True
            elif len(self._pending) < 4 + min(size, _HEAD_BYTES):
                return
            else:
                self._note(bytes(self._pending[4 : 4 + min(size, _HEAD_BYTES)]))
                self._skip = max(0, 4 + size - len(self._pending))
                del self._pending[: 4 + size]

    def _note(self, head: bytes) -> None:
        key, version = struct.unpack_from(">hh", head)
        self.asked.add((key, version))
        if key == API_VERSIONS and version >= NAMED_FROM:
            with suppress(IndexError, struct.error, UnicodeDecodeError):
                self.software = _software_name(head)


def _software_name(head: bytes) -> str:
    """The first field of ApiVersions: behind key, version, correlation id, client id and tags."""
    (length,) = struct.unpack_from(">h", head, 8)
    position = 10 + max(0, length) + 1  # a client sends no tags in this header
    size = head[position] - 1
    return head[position + 1 : position + 1 + size].decode()


class Tap:
    """Made by `tapped`; `bootstrap` is where clients connect."""

    def __init__(self) -> None:
        self.port = free_port()
        self.bootstrap = f"127.0.0.1:{self.port}"
        self.broker = ""
        self._streams: list[RequestHeads] = []

    @property
    def settings(self) -> dict[str, str]:
        """What the broker must be told."""
        return {"advertised.listeners": f"PLAINTEXT://{self.bootstrap}"}

    def asked(self) -> Asked:
        """What was asked until now."""
        found: Asked = defaultdict(lambda: defaultdict(set))
        for stream in list(self._streams):
            for key, version in list(stream.asked):
                found[stream.software][key].add(version)
        return {name: dict(keys) for name, keys in found.items()}

    async def serve(self, stop: asyncio.Event, ready: threading.Event) -> None:
        """Listen until `stop` is set."""
        server = await asyncio.start_server(self._client, "127.0.0.1", self.port)
        ready.set()
        await stop.wait()
        server.close()
        for task in asyncio.all_tasks() - {asyncio.current_task()}:
            task.cancel()

    async def _client(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        host, _, port = self.broker.rpartition(":")
        with suppress(OSError, asyncio.CancelledError):
            try:
                broker_reader, broker_writer = await asyncio.open_connection(host, int(port))
                heads = RequestHeads()
                self._streams.append(heads)
                async with asyncio.TaskGroup() as both:
                    both.create_task(_pass_on(reader, broker_writer, heads))
                    both.create_task(_pass_on(broker_reader, writer, None))
            finally:
                writer.close()


async def _pass_on(
    source: asyncio.StreamReader, sink: asyncio.StreamWriter, heads: RequestHeads | None
) -> None:
    """Until one side closes; the other is closed, too, when what was read has been passed on."""
    try:
        while data := await source.read(_READ_BYTES):
            if heads is not None:
                heads.feed(data)
            sink.write(data)
            await sink.drain()
    except OSError:
        pass
    finally:
        sink.close()


@contextmanager
def tapped(tap: Tap, broker: str) -> Iterator[Tap]:
    """Pass connections to `tap.port` on to the broker's address, from a thread of its own."""
    tap.broker = broker
    ready = threading.Event()
    loop = asyncio.new_event_loop()
    stop = asyncio.Event()

    def run() -> None:
        try:
            loop.run_until_complete(tap.serve(stop, ready))
            loop.run_until_complete(asyncio.sleep(0))
        finally:
            ready.set()
            loop.close()

    thread = threading.Thread(target=run, name="compat-tap")
    thread.start()
    try:
        ready.wait()
        yield tap
    finally:
        with suppress(RuntimeError):  # it could not listen, and is closed
            loop.call_soon_threadsafe(stop.set)
        thread.join()
