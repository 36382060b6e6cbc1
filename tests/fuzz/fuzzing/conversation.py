"""One connection to a broker under fuzz: sends frames, finds out what became of each.

Every frame is followed by a harmless request of our own, the sentinel (ApiVersions 0). A broker
answers a connection's requests in order, so the sentinel's answer alone says that the frame was
taken and not answered, without any waiting. A closed connection is opened again for the next frame.
"""

from __future__ import annotations

import socket
import struct
import time
from dataclasses import dataclass
from enum import Enum

from wirekafka_protocol.codec import encode
from wirekafka_protocol.messages.headers import RequestHeader

RECEIVE_BYTES = 65_536
LARGEST_ANSWER_BYTES = 16 << 20
"""An answer to a request of a few hundred bytes is not larger; a claim to be is a wrong answer."""


class Outcome(Enum):
    """What a broker did with a frame."""

    ANSWERED = "answered"
    CLOSED = "closed"
    PASSED_OVER = "passed over"  # the sentinel was answered, the frame was not
    SILENT = "silent"  # neither was, within the time given
    MIXED_UP = "mixed up"  # an answer that belongs to no request of ours, or is no frame


@dataclass(frozen=True, slots=True)
class Reply:
    """`body` is the answer without its size and correlation id; empty unless ANSWERED."""

    outcome: Outcome
    body: bytes = b""
    elapsed_s: float = 0.0


class Conversation:
    """A connection to the broker, opened when it is first needed. Not for several threads."""

    def __init__(self, address: tuple[str, int]) -> None:
        self._address = address
        self._socket: socket.socket | None = None
        self._received = bytearray()
        self._sentinels = 0

    def close(self) -> None:
        if self._socket is not None:
            self._socket.close()
            self._socket = None
        self._received.clear()

    def ask(
        self,
        payload: bytes,
        correlation_id: int | None,
        *,
        limit_s: float,
        by_byte: bool = False,
    ) -> Reply:
        """Send one frame, in pieces of one byte if need be, and wait for what becomes of it.

        `correlation_id` is the frame's own, None if it has none. OSError if the broker cannot be
        reached at all.
        """
        began = time.monotonic()
        sentinel_id = self._next_sentinel_id(correlation_id)
        try:
            self._send(payload, sentinel_id, piece_bytes=1 if by_byte else None)
            reply = self._receive(correlation_id, sentinel_id, began + limit_s)
        except TimeoutError:
            reply = Reply(Outcome.SILENT)
        except (ConnectionError, EOFError):
            reply = Reply(Outcome.CLOSED)
        if reply.outcome is not Outcome.ANSWERED and reply.outcome is not Outcome.PASSED_OVER:
            self.close()
        return Reply(reply.outcome, reply.body, time.monotonic() - began)

    def send_raw(self, data: bytes, *, limit_s: float) -> Reply:
        """Send bytes that are no frame on a connection of their own; nothing but the end of the
        connection, or an answer to what may be a frame in them, is waited for."""
        self.close()
        began = time.monotonic()
        try:
            self._connection().sendall(data)
            frame = self._frame(began + limit_s)
            reply = Reply(Outcome.ANSWERED, frame[4:])
        except TimeoutError:
            reply = Reply(Outcome.SILENT)
        except (ConnectionError, EOFError):
            reply = Reply(Outcome.CLOSED)
        self.close()
        return Reply(reply.outcome, reply.body, time.monotonic() - began)

    def _next_sentinel_id(self, correlation_id: int | None) -> int:
        self._sentinels += 1
        if self._sentinels == correlation_id:
            self._sentinels += 1
        return self._sentinels

    def _connection(self) -> socket.socket:
        if self._socket is None:
            self._socket = socket.create_connection(self._address, timeout=5.0)
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return self._socket

    def _send(self, payload: bytes, sentinel_id: int, piece_bytes: int | None) -> None:
        sentinel = encode(RequestHeader(18, 0, sentinel_id, "fuzz-sentinel"), 1)
        size = struct.Struct(">i")
        data = size.pack(len(payload)) + payload + size.pack(len(sentinel)) + sentinel
        step = piece_bytes or len(data)
        pieces = [data[at : at + step] for at in range(0, len(data), step)]
        try:
            self._send_pieces(pieces)
        except ConnectionError:
            # Closed since the last answer, as a broker may do after one; a second refusal counts.
            self.close()
            self._send_pieces(pieces)

    def _send_pieces(self, pieces: list[bytes]) -> None:
        connection = self._connection()
        for piece in pieces:
            connection.sendall(piece)

    def _receive(self, correlation_id: int | None, sentinel_id: int, deadline: float) -> Reply:
        body: bytes | None = None
        for _ in range(2):
            try:
                frame = self._frame(deadline)
            except (ConnectionError, EOFError):
                if body is None:
                    raise
                self.close()  # a broker may end a connection behind its answer
                return Reply(Outcome.ANSWERED, body)
            if len(frame) < 4:
                return Reply(Outcome.MIXED_UP, frame)
            (answered_id,) = struct.unpack_from(">i", frame)
            if answered_id == sentinel_id:
                if body is None:
                    return Reply(Outcome.PASSED_OVER)
                return Reply(Outcome.ANSWERED, body)
            if answered_id != correlation_id or body is not None:
                return Reply(Outcome.MIXED_UP, frame)
            body = frame[4:]
        return Reply(Outcome.MIXED_UP)

    def _frame(self, deadline: float) -> bytes:
        """The next frame without its size. TimeoutError, ConnectionError or EOFError."""
        size = struct.unpack(">i", self._bytes(4, deadline))[0]
        if not 0 <= size <= LARGEST_ANSWER_BYTES:
            return b""
        return self._bytes(size, deadline)

    def _bytes(self, count: int, deadline: float) -> bytes:
        connection = self._connection()
        while len(self._received) < count:
            left_s = deadline - time.monotonic()
            if left_s <= 0:
                raise TimeoutError
            connection.settimeout(left_s)
            data = connection.recv(RECEIVE_BYTES)
            if not data:
                raise EOFError
            self._received += data
        taken = bytes(self._received[:count])
        del self._received[:count]
        return taken
