"""wirekafka replay: play a recording against another broker, and compare its answers.

A recording is what `wirekafka record` wrote, or what the control port of a broker answers to
GET /requests.pcapng. Each connection is played on one of its own, all in the recorded order
(`steps.py`), each request with the ids of the other broker where the recorded broker made them up
(`counterparts.py`). Where the other broker says "come again", the request is sent again.

As fast as possible, a long poll that brought nothing does not wait, and nobody waits between two
requests. `--pace recorded` sends each request at its recorded time, for what depends on time.
"""

from __future__ import annotations

import argparse
import json
import socket
import struct
import time
from typing import TYPE_CHECKING, Any

from wirekafka.cli.output import CommandError, note

if TYPE_CHECKING:
    from wirekafka.cli.counterparts import Counterparts
    from wirekafka.cli.steps import Step

SUMMARY = "play a recording against another broker and show what differs"

_LARGEST_FRAME = 100 * 1024 * 1024
_AGAIN_S = 0.02
_COME_AGAIN_S = 10.0
"""A broker that has just created a topic of its own needs some of that to find its coordinators."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options."""
    parser.add_argument(
        "recording", metavar="FILE",
        help="what `wirekafka record` wrote, or GET /requests.pcapng of a control port (- for "
        "standard input)",
    )  # fmt: skip
    parser.add_argument(
        "--bootstrap-server", metavar="HOST:PORT", default="localhost:9092",
        help="the broker to play it against (default: %(default)s)",
    )  # fmt: skip
    parser.add_argument(
        "--pace", choices=("fast", "recorded"), default="fast",
        help="as fast as possible, or each request at its recorded time (default: %(default)s)",
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
    from wirekafka.cli.steps import read_steps

    host, _, port = options.bootstrap_server.rpartition(":")
    if not host or not port.isdecimal():
        raise CommandError(f"{options.bootstrap_server} is not HOST:PORT")
    steps = read_steps(options.recording)
    if not steps:
        raise CommandError(f"{options.recording} has no requests")
    _refuse_what_cannot_be_repeated(steps)
    if options.pace == "recorded" and any(step.at_s is None for step in steps):
        raise CommandError(f"{options.recording} has no times: leave --pace recorded out")
    replay = _Replay((host.strip("[]"), int(port)), options.timeout)
    told = _Told(as_json=options.json)
    try:
        if options.pace == "recorded":
            replay.at_recorded_times(steps, told)
        else:
            replay.fast(steps, told)
    finally:
        replay.close()
    told.end()
    return 1 if told.differing else 0


def _refuse_what_cannot_be_repeated(steps: list[Step]) -> None:
    for step in steps:
        if step.entry.get("api") == "SaslHandshake":
            mechanism = step.entry["request"]["mechanism"]
            if mechanism.startswith("SCRAM"):
                raise CommandError(
                    f"connection {step.connection} authenticates with {mechanism}, which is "
                    "different each time: record on a listener without it"
                )


class _Told:
    """What is printed."""

    def __init__(self, *, as_json: bool) -> None:
        self._as_json = as_json
        self._asked = 0
        self._not_kept = 0
        self.differing = 0

    def request(self, entry: dict[str, Any], lines: list[str], *, was_kept: bool) -> None:
        """The answer to a request has come, or none was due."""
        self._asked += 1
        self._not_kept += not was_kept
        self.differing += bool(lines)
        name = _name(entry)
        if self._as_json:
            row = {"request": self._asked, "api": name, "connection": entry["connection"]}
            print(json.dumps({**row, "compared": was_kept, "differences": lines}))
        elif lines:
            client = f" ({entry['client_id']})" if entry.get("client_id") else ""
            print(f"request {self._asked}, {name}, connection {entry['connection']}{client}:")
            for line in lines:
                print(f"    {line}")

    def end(self) -> None:
        """The last line."""
        if self._not_kept:
            note(f"{self._not_kept} answers were not kept in the recording and not compared")
        if not self._as_json:
            print(f"{self._asked} requests, {self.differing} answered differently")


class _Replay:
    """One connection for each of the recording."""

    def __init__(self, address: tuple[str, int], timeout_s: float) -> None:
        from wirekafka.cli.counterparts import Counterparts

        self._address = address
        self._timeout_s = timeout_s
        self._open: dict[int, socket.socket] = {}
        self._awaited: dict[int, list[tuple[int, bytes]]] = {}
        """Of each connection the requests that wait for an answer: which, and its frame."""
        self._counterparts: Counterparts = Counterparts()

    def fast(self, steps: list[Step], told: _Told) -> None:
        """Everything as soon as it can be."""
        for step in steps:
            if step.entry.get("api") == "Fetch" and _is_empty(step.entry["answer"]):
                step.entry["request"]["max_wait_ms"] = 0
            self._do(step, told)

    def at_recorded_times(self, steps: list[Step], told: _Told) -> None:
        """No request before its time."""
        from wirekafka.cli.steps import Act

        first = steps[0].at_s or 0.0
        began = time.monotonic()
        for step in steps:
            if step.act is Act.SEND:
                due = began + (step.at_s or 0.0) - first
                time.sleep(max(0.0, due - time.monotonic()))
            self._do(step, told)

    def close(self) -> None:
        """Close all connections."""
        for connection in self._open.values():
            connection.close()
        self._open.clear()

    def _do(self, step: Step, told: _Told) -> None:
        from wirekafka.cli.conversation import ABANDONED, CLOSED, NOT_KEPT
        from wirekafka.cli.steps import Act

        entry = step.entry
        if step.act is Act.CLOSE:
            self._forget(step.connection)
        elif step.act is Act.SEND:
            self._send(step.connection, entry)
            if entry["answer"] is None:
                told.request(entry, [], was_kept=True)
        else:
            expected, got = entry["answer"], self._receive(step.connection, entry)
            assert expected not in (None, ABANDONED)
            if expected == NOT_KEPT and got != CLOSED:
                told.request(entry, [], was_kept=False)
                return
            lines = self._compare(entry, expected, got)
            told.request(entry, lines, was_kept=True)
            if got == CLOSED:
                self._forget(step.connection)

    def _compare(self, entry: dict[str, Any], expected: Any, got: Any) -> list[str]:
        if "api" not in entry:
            return list(self._counterparts.differences("", {}, expected, got))
        request = entry["request"]
        self._counterparts.learn(expected, got, request)
        return list(self._counterparts.differences(entry["api"], request, expected, got))

    def _send(self, number: int, entry: dict[str, Any]) -> None:
        from wirekafka.cli.conversation import write_request

        if "raw" in entry:
            frame = bytes.fromhex(entry["raw"].removeprefix("0x"))
            frame = struct.pack(">i", len(frame)) + frame
        else:
            request = self._counterparts.of(entry["request"])
            frame = write_request({**entry, "request": request})
        if number not in self._open:
            self._open[number] = self._connected()
        try:
            self._open[number].sendall(frame)
        except TimeoutError:
            raise CommandError(f"{_name(entry)} is not read by the broker") from None
        except ConnectionError:
            pass  # its answer will be that the connection is closed
        if entry["answer"] is not None:
            self._awaited.setdefault(number, []).append((id(entry), frame))

    def _receive(self, number: int, entry: dict[str, Any]) -> Any:
        """The decoded answer, or CLOSED. Asks again where that is what the broker wants."""
        from wirekafka_protocol.errors import ProtocolError

        from wirekafka.cli.conversation import CLOSED, read_answer
        from wirekafka.cli.counterparts import may_pass

        deadline = time.monotonic() + min(self._timeout_s, _COME_AGAIN_S)
        awaited = self._awaited.get(number, [])
        frame = next((frame for which, frame in awaited if which == id(entry)), b"")
        while True:
            data = self._answer(number, entry)
            if data is None:
                return CLOSED
            if "api" not in entry:
                return "0x" + data.hex()
            try:
                got = read_answer(entry, data)
            except ProtocolError as error:
                raise CommandError(f"{_name(entry)} is answered by what is none: {error}") from None
            can_repeat = len(awaited) == 1 and time.monotonic() < deadline
            if not can_repeat or not may_pass(entry["api"], entry["answer"], got):
                self._awaited[number] = [one for one in awaited if one[0] != id(entry)]
                return got
            time.sleep(_AGAIN_S)
            try:
                self._open[number].sendall(frame)
            except ConnectionError:
                return CLOSED

    def _answer(self, number: int, entry: dict[str, Any]) -> bytes | None:
        if number not in self._open:
            return None
        try:
            return _read_answer(self._open[number])
        except TimeoutError:
            text = f"{_name(entry)} was not answered in {self._timeout_s:g} s"
            raise CommandError(text) from None
        except ConnectionError:
            return None

    def _connected(self) -> socket.socket:
        try:
            return socket.create_connection(self._address, self._timeout_s)
        except OSError as error:
            place = f"{self._address[0]}:{self._address[1]}"
            raise CommandError(f"cannot reach {place}: {error}") from error

    def _forget(self, number: int) -> None:
        connection = self._open.pop(number, None)
        self._awaited.pop(number, None)
        if connection is not None:
            connection.close()


def _name(entry: dict[str, Any]) -> str:
    return f"{entry.get('api', 'raw frame')} v{entry.get('version', '?')}"


def _is_empty(answer: Any) -> bool:
    """Whether a Fetch brought neither records nor an error, so that it had waited in vain."""
    if not isinstance(answer, dict) or answer["error_code"] or "responses" not in answer:
        return False
    rows = [row for topic in answer["responses"] for row in topic["partitions"]]
    return not any(row["error_code"] or row["records"] not in (None, "0x") for row in rows)


def _read_answer(connection: socket.socket) -> bytes | None:
    head = _read(connection, 4)
    if head is None:
        return None
    (size,) = struct.unpack(">i", head)
    if not 4 <= size <= _LARGEST_FRAME:
        raise CommandError(f"what answers is no Kafka broker: it began with {head!r}")
    return _read(connection, size)


def _read(connection: socket.socket, size: int) -> bytes | None:
    data = bytearray()
    while len(data) < size:
        part = connection.recv(min(size - len(data), 1 << 20))
        if not part:
            return None
        data += part
    return bytes(data)
