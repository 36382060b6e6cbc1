"""wirekafka record: a proxy that writes down what clients and a broker say to each other.

Clients connect to the proxy as to a broker. Every frame is passed on as it came; answers that name
brokers (Metadata, FindCoordinator, DescribeCluster) get the proxy's addresses instead, so that a
client does not go around it. Brokers that are named get a listener each.

The recording has one JSON object per line (`conversation.py`), in the order of the answers, and
can be played against another broker with `wirekafka replay`.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import signal
import struct
import sys
import time
from collections import deque
from typing import IO, Any

from wirekafka.cli.output import CommandError

SUMMARY = "record what clients and a broker say, as a proxy between them"

_NAMES_BROKERS = frozenset({"Metadata", "FindCoordinator", "DescribeCluster"})
_LARGEST_FRAME = 100 * 1024 * 1024


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options."""
    parser.add_argument(
        "--bootstrap-server", metavar="HOST:PORT", required=True, help="the broker to record"
    )
    parser.add_argument(
        "--listen", metavar="HOST:PORT", default="127.0.0.1:0",
        help="where clients connect (default: %(default)s, a free port)",
    )  # fmt: skip
    parser.add_argument(
        "--output", metavar="FILE", default="-", help="the recording (default: standard output)"
    )


def run(options: argparse.Namespace) -> int:
    """Record until SIGTERM or Ctrl-C."""
    target = _address(options.bootstrap_server)
    host, port = _address(options.listen)
    if options.output == "-":
        return asyncio.run(_record(target, host, port, sys.stdout))
    with open(options.output, "w", encoding="utf-8") as output:
        return asyncio.run(_record(target, host, port, output))


async def _record(target: tuple[str, int], host: str, port: int, output: IO[str]) -> int:
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    recorder = Recorder(host, output)
    try:
        own = await recorder.listen(target, port)
    except OSError as error:
        raise CommandError(f"cannot listen on {host}:{port}: {error.strerror}") from error
    print(f"recording on {own[0]}:{own[1]}", file=sys.stderr, flush=True)
    await stop.wait()
    await recorder.close()
    return 0


class Recorder:
    """The listeners of one recording, one for each broker that clients were told of."""

    def __init__(self, host: str, output: IO[str]) -> None:
        self._host = host
        self._output = output
        self._listeners: dict[tuple[str, int], tuple[str, int]] = {}
        self._servers: list[asyncio.Server] = []
        self._connections = 0
        self._began = time.monotonic()
        self._tasks: set[asyncio.Task[None]] = set()

    async def listen(self, target: tuple[str, int], port: int = 0) -> tuple[str, int]:
        """The proxy's address for a broker; listens there from the first call on."""
        if target not in self._listeners:

            async def accepted(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
                task = asyncio.current_task()
                assert task is not None
                self._tasks.add(task)
                try:
                    await self._serve(target, reader, writer)
                finally:
                    self._tasks.discard(task)

            server = await asyncio.start_server(accepted, self._host, port)
            self._servers.append(server)
            self._listeners[target] = server.sockets[0].getsockname()[:2]
        return self._listeners[target]

    async def close(self) -> None:
        """End all connections."""
        for server in self._servers:
            server.close()
        for task in list(self._tasks):
            task.cancel()
        if self._tasks:
            await asyncio.wait(self._tasks)

    async def _serve(
        self,
        target: tuple[str, int],
        client: asyncio.StreamReader,
        to_client: asyncio.StreamWriter,
    ) -> None:
        self._connections += 1
        number = self._connections
        try:
            broker, to_broker = await asyncio.open_connection(*target)
        except OSError:
            to_client.close()
            return
        waiting: deque[dict[str, Any]] = deque()
        directions = [
            asyncio.create_task(self._requests(number, client, to_broker, waiting)),
            asyncio.create_task(self._answers(broker, to_client, waiting)),
        ]
        try:
            await asyncio.wait(directions, return_when=asyncio.FIRST_COMPLETED)
        finally:
            client_left = directions[0].done()
            for direction in directions:
                direction.cancel()
            await asyncio.wait(directions)
            for entry in waiting:
                self._write({**entry, "answer": "abandoned" if client_left else "closed"})
            to_client.close()
            to_broker.close()

    async def _requests(
        self,
        number: int,
        client: asyncio.StreamReader,
        to_broker: asyncio.StreamWriter,
        waiting: deque[dict[str, Any]],
    ) -> None:
        from wirekafka_protocol.errors import ProtocolError

        from wirekafka.cli.conversation import read_request

        while (frame := await _read_frame(client)) is not None:
            entry: dict[str, Any] = {"connection": number, "started": time.monotonic()}
            try:
                entry.update(read_request(frame))
            except ProtocolError:
                entry["raw"] = "0x" + frame.hex()
            if entry.get("api") == "Produce" and entry["request"]["acks"] == 0:
                self._write({**entry, "answer": None})
            else:
                waiting.append(entry)
            to_broker.write(struct.pack(">i", len(frame)) + frame)
            await to_broker.drain()

    async def _answers(
        self,
        broker: asyncio.StreamReader,
        to_client: asyncio.StreamWriter,
        waiting: deque[dict[str, Any]],
    ) -> None:
        from wirekafka_protocol.errors import ProtocolError

        from wirekafka.cli.conversation import answer_message
        from wirekafka.observe.plain import plain

        while (frame := await _read_frame(broker)) is not None:
            entry = waiting.popleft()
            if "api" not in entry:
                entry["answer"] = "0x" + frame.hex()
            else:
                try:
                    message = answer_message(entry, frame)
                except ProtocolError as error:
                    entry["answer"] = {"raw": "0x" + frame.hex(), "unreadable": str(error)}
                else:
                    entry["answer"] = plain(message)
                    if entry["api"] in _NAMES_BROKERS:
                        frame = await self._with_our_addresses(entry, frame, message)
            self._write(entry)
            to_client.write(struct.pack(">i", len(frame)) + frame)
            await to_client.drain()

    async def _with_our_addresses(self, entry: dict[str, Any], frame: bytes, message: Any) -> bytes:
        """The same answer, its brokers where the proxy listens for them."""
        from wirekafka_protocol.codec import encode
        from wirekafka_protocol.framing import parse_response_header

        from wirekafka.cli.conversation import key_of

        rows = [message] if hasattr(message, "host") else []
        for name in ("brokers", "coordinators"):
            rows += getattr(message, name, [])
        for row in rows:
            if row.host and row.port > 0:
                row.host, row.port = await self.listen((row.host, row.port))
        _, position = parse_response_header(
            frame, 0, len(frame), api_key=key_of(entry["api"]).value, api_version=entry["version"]
        )
        return frame[:position] + encode(message, entry["version"])

    def _write(self, entry: dict[str, Any]) -> None:
        started = entry.pop("started", None)
        if started is not None:
            entry["at"] = round(started - self._began, 6)
            entry["ms"] = round((time.monotonic() - started) * 1000, 3)
        self._output.write(json.dumps(entry) + "\n")
        self._output.flush()


async def _read_frame(reader: asyncio.StreamReader) -> bytes | None:
    """The next frame without its size; None at the end, or where no frame follows."""
    try:
        (size,) = struct.unpack(">i", await reader.readexactly(4))
        if not 0 <= size <= _LARGEST_FRAME:
            return None
        return await reader.readexactly(size)
    except (asyncio.IncompleteReadError, ConnectionError):
        return None


def _address(text: str) -> tuple[str, int]:
    host, _, port = text.rpartition(":")
    if not host or not port.isdecimal():
        raise CommandError(f"{text} is not HOST:PORT")
    return host.strip("[]"), int(port)
