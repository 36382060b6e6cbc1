"""Requests and their answers, found on tapes and decoded when somebody asks.

A connection answers in the order of its requests, and an answer names the correlation id of its
request. So the requests in front of the one that an answer names had none (Produce with acks=0),
and the one behind the last answer is being waited for.

What a tape has only in part is decoded with zeros in the place of what was cut: the records of a
batch are lost, what stands in front of them is not. Such an exchange says so (`is_cut`).
"""

from __future__ import annotations

import struct
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from wirekafka_protocol.api_keys import API_FACTS, ApiKey, request_class, response_class
from wirekafka_protocol.codec import decode
from wirekafka_protocol.errors import ErrorCode, ProtocolError
from wirekafka_protocol.framing import FrameHeader, parse_request_header, parse_response_header

from wirekafka.observe.plain import outlined
from wirekafka.observe.tape import Tape, WakeUp

ANSWERED = "answered"
SILENT = "silent"
"""No answer was due, or none was given before the next one."""
WAITING = "waiting"
UNANSWERED = "unanswered"
"""The connection ended first."""

_SIZE = struct.Struct(">i")
_SIZE_AND_CORRELATION = struct.Struct(">ii")
_DECODED_BYTES = 16 * 1024 * 1024
"""A frame above that is not filled up with zeros to be decoded."""
_UNSUPPORTED_VERSION = ErrorCode.UNSUPPORTED_VERSION.to_bytes(2, "big")


@dataclass(slots=True, frozen=True)
class Piece:
    """A frame without its size, as far as it was kept. `size` is what it was."""

    data: bytes
    size: int

    @property
    def is_cut(self) -> bool:
        return len(self.data) < self.size

    def filled(self) -> bytes:
        """All of it, zeros for what was cut."""
        return self.data.ljust(min(self.size, _DECODED_BYTES), b"\0")


class Exchange:
    """One request and what became of it. Times are Unix milliseconds; the duration is from the
    arrival of the bytes to the answer, in milliseconds, None while there is no answer."""

    def __init__(self, tape: Tape, request: Piece, started: float) -> None:
        self.tape = tape
        self.request = request
        self.started = started
        self.ended: float | None = None
        self.answer: Piece | None = None
        self.state = WAITING

    @cached_property
    def header(self) -> FrameHeader | None:
        """None when it cannot be read."""
        data = self.request.filled()
        try:
            return parse_request_header(data, 0, len(data))
        except ProtocolError:
            return None

    @property
    def api(self) -> str:
        """Kafka's name of the API; "key 300" where there is none."""
        if self.header is None:
            return "unreadable"
        key = self.header.api_key
        return API_FACTS[ApiKey(key)].name if key in _KEYS else f"key {key}"

    @property
    def client_id(self) -> str:
        return (self.header and self.header.client_id) or ""

    @property
    def is_cut(self) -> bool:
        """Whether some of it is not kept."""
        return self.request.is_cut or (self.answer is not None and self.answer.is_cut)

    @property
    def duration_ms(self) -> float | None:
        return None if self.ended is None else round((self.ended - self.started) * 1000, 3)

    @cached_property
    def request_message(self) -> Any:
        """The decoded request; None when it cannot be decoded."""
        header = self.header
        if header is None or header.api_key not in _KEYS:
            return None
        kind = request_class(ApiKey(header.api_key))
        if header.api_version not in kind.VERSIONS:
            return None
        return _decoded(kind, header.api_version, self.request.filled(), header.body_pos)

    @cached_property
    def answer_message(self) -> Any:
        """The decoded answer; None when there is none or it cannot be decoded."""
        header = self.header
        if header is None or self.answer is None or header.api_key not in _KEYS:
            return None
        key, version = ApiKey(header.api_key), header.api_version
        data = self.answer.filled()
        try:
            _, pos = parse_response_header(data, 0, len(data), api_key=key, api_version=version)
        except ProtocolError:
            return None
        if key is ApiKey.API_VERSIONS and data[pos : pos + 2] == _UNSUPPORTED_VERSION:
            version = 0  # the layout that every client can read
        kind = response_class(key)
        return _decoded(kind, version, data, pos) if version in kind.VERSIONS else None

    @cached_property
    def request_fields(self) -> dict[str, Any] | None:
        """The request as JSON values."""
        return None if self.request_message is None else outlined(self.request_message)

    @cached_property
    def answer_fields(self) -> dict[str, Any] | None:
        """The answer as JSON values."""
        return None if self.answer_message is None else outlined(self.answer_message)

    @cached_property
    def errors(self) -> list[str]:
        """The names of the error codes in the answer, each once."""
        return list(dict.fromkeys(_error_names(self.answer_fields)))


def exchanges(tapes: Iterable[Tape]) -> list[Exchange]:
    """All that the tapes have, in the order of arrival."""
    found = [exchange for tape in tapes for exchange in of_tape(tape)]
    found.sort(key=lambda exchange: exchange.started)
    return found


def of_tape(tape: Tape) -> list[Exchange]:
    """What one connection asked, in order, each with its answer."""
    found: list[Exchange] = []
    open_ones: deque[Exchange] = deque()
    for entry in tape.entries:
        wake_up = WakeUp._make(entry)
        for piece in _pieces(wake_up.requests, wake_up.frames):
            exchange = Exchange(tape, piece, wake_up.started)
            found.append(exchange)
            open_ones.append(exchange)
        for piece in _pieces(wake_up.answers):
            _answer(open_ones, piece, wake_up.ended)
    is_open = tape.closed is None
    for exchange in open_ones:
        is_waited_for = is_open and exchange is open_ones[-1]
        exchange.state = WAITING if is_waited_for and tape_is_waiting(tape) else SILENT
        if not is_open:
            exchange.state = UNANSWERED
    return found


def tape_is_waiting(tape: Tape) -> bool:
    """Whether the connection is open and has a request that is not answered yet."""
    return tape.peer is not None and tape.peer.is_answer_due


def not_kept(tapes: Iterable[Tape]) -> int:
    """How many requests the tapes have lost."""
    lost = 0
    for tape in tapes:
        lost += tape.dropped_frames
        for entry in tape.entries:
            wake_up = WakeUp._make(entry)
            lost += wake_up.frames - sum(1 for _ in _pieces(wake_up.requests, wake_up.frames))
    return lost


def _answer(open_ones: deque[Exchange], piece: Piece, ended: float) -> None:
    """Give the answer to its request; the requests in front of that one get none."""
    correlation_id = piece.data[:4]
    if not any(exchange.request.data[4:8] == correlation_id for exchange in open_ones):
        return  # the request was not kept
    while True:
        exchange = open_ones.popleft()
        if exchange.request.data[4:8] == correlation_id:
            exchange.answer = piece
            exchange.ended = ended
            exchange.state = ANSWERED
            return
        exchange.state = SILENT


def _pieces(frames: bytes, limit: int | None = None) -> Iterator[Piece]:
    """The frames that lie one behind the other, at most `limit`; the last one may be cut."""
    pos = count = 0
    while pos + _SIZE_AND_CORRELATION.size <= len(frames) and count != limit:
        (size,) = _SIZE.unpack_from(frames, pos)
        if size < 0:
            return
        pos += _SIZE.size
        yield Piece(frames[pos : pos + size], size)
        pos += size
        count += 1


def _decoded(kind: Any, version: int, data: bytes, pos: int) -> Any:
    try:
        return decode(kind, version, memoryview(data)[pos:])
    except ProtocolError:
        return None


def _error_names(value: Any, name: str = "") -> Iterator[str]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _error_names(inner, key)
    elif isinstance(value, list):
        for inner in value:
            yield from _error_names(inner, name)
    elif name == "error_code" and value:
        yield ErrorCode(value).name if value in _ERRORS else str(value)


_KEYS = frozenset(key.value for key in ApiKey)
_ERRORS = frozenset(code.value for code in ErrorCode)
