"""wirekafka replay: play a recording against another broker, and compare its answers.

Requests are sent in the recorded order, each connection of the recording on one of its own, and
each waits for its answer; what the client did not wait for is left out. What the recorded broker
made up (topic ids, member ids, producer ids, sessions) is replaced by what the other broker made up
in its place. Record batches are sent as they are, so a producer id inside a batch is the recorded
one.
"""

from __future__ import annotations

import argparse
import json
import socket
import struct
import sys
from typing import Any

from wirekafka.cli.output import CommandError

SUMMARY = "play a recording against another broker and show what differs"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options."""
    parser.add_argument("recording", metavar="FILE", help="what `wirekafka record` wrote")
    parser.add_argument(
        "--bootstrap-server", metavar="HOST:PORT", default="localhost:9092",
        help="the broker to play it against (default: %(default)s)",
    )  # fmt: skip
    parser.add_argument(
        "--timeout", metavar="SECONDS", type=float, default=30.0,
        help="how long one answer may take (default: %(default)s)",
    )  # fmt: skip
    parser.add_argument(
        "--json", action="store_true", help="one JSON object per request with its differences"
    )


def run(options: argparse.Namespace) -> int:
    """Exit code 0 when every answer is the recorded one, 1 when one differs."""
    from wirekafka.cli.conversation import (
        ABANDONED,
        CLOSED,
        Placeholders,
        differences,
        learn,
        translate,
        write_request,
    )

    host, _, port = options.bootstrap_server.rpartition(":")
    replay = _Connections((host, int(port)), options.timeout)
    recorded_side, replayed_side = Placeholders(), Placeholders()
    known: dict[Any, Any] = {}
    asked = differing = 0
    for entry in _entries(options.recording):
        if entry["answer"] == ABANDONED:
            continue
        asked += 1
        if "raw" in entry:
            frame = bytes.fromhex(entry["raw"].removeprefix("0x"))
            frame = struct.pack(">i", len(frame)) + frame
        else:
            entry["request"] = translate(entry["request"], known)
            frame = write_request(entry)
        answer = replay.ask(entry, frame)
        expected = entry["answer"]
        if isinstance(expected, dict) and isinstance(answer, dict):
            learn(expected, answer, known)
        lines = list(differences(recorded_side.of(expected), replayed_side.of(answer)))
        if answer == CLOSED:
            replay.forget(entry)
        differing += bool(lines)
        name = f"{entry.get('api', 'raw frame')} v{entry.get('version', '?')}"
        if options.json:
            print(json.dumps({"request": asked, "api": name, "differences": lines}))
        elif lines:
            print(f"request {asked}, {name}, connection {entry['connection']}:")
            for line in lines:
                print(f"    {line}")
    replay.close()
    if not options.json:
        print(f"{asked} requests, {differing} answered differently")
    return 1 if differing else 0


def _entries(path: str) -> list[dict[str, Any]]:
    """The requests of a recording; raises CommandError for what is none."""
    try:
        if path == "-":
            return [json.loads(line) for line in sys.stdin if line.strip()]
        with open(path, encoding="utf-8") as recording:
            return [json.loads(line) for line in recording if line.strip()]
    except (OSError, ValueError) as error:
        raise CommandError(f"{path} is no recording: {error}") from error


class _Connections:
    """One connection for each of the recording."""

    def __init__(self, address: tuple[str, int], timeout_s: float) -> None:
        self._address = address
        self._timeout_s = timeout_s
        self._open: dict[int, socket.socket] = {}

    def ask(self, entry: dict[str, Any], frame: bytes) -> Any:
        """The decoded answer, "closed", or None where the recording has none."""
        from wirekafka.cli.conversation import CLOSED, read_answer

        try:
            connection = self._connection(entry["connection"])
            connection.sendall(frame)
            if entry["answer"] is None:
                return None
            data = _read_answer(connection)
        except TimeoutError:
            name = f"{entry.get('api', 'raw frame')} v{entry.get('version', '?')}"
            raise CommandError(f"{name} was not answered in {self._timeout_s:g} s") from None
        except ConnectionError:
            return CLOSED
        except OSError as error:
            raise CommandError(
                f"cannot reach {self._address[0]}:{self._address[1]}: {error}"
            ) from error
        if data is None:
            return CLOSED
        return read_answer(entry, data) if "api" in entry else "0x" + data.hex()

    def forget(self, entry: dict[str, Any]) -> None:
        """The broker closed this connection."""
        connection = self._open.pop(entry["connection"], None)
        if connection is not None:
            connection.close()

    def close(self) -> None:
        """Close all."""
        for connection in self._open.values():
            connection.close()

    def _connection(self, number: int) -> socket.socket:
        if number not in self._open:
            self._open[number] = socket.create_connection(self._address, self._timeout_s)
        return self._open[number]


def _read_answer(connection: socket.socket) -> bytes | None:
    head = _read(connection, 4)
    return None if head is None else _read(connection, struct.unpack(">i", head)[0])


def _read(connection: socket.socket, size: int) -> bytes | None:
    data = bytearray()
    while len(data) < size:
        part = connection.recv(min(size - len(data), 1 << 20))
        if not part:
            return None
        data += part
    return bytes(data)
