"""The broker's request log as the steps of a replay: reads what `observe/pcapng.py` writes.

Of the exports of the log this is the one that has the bytes; the JSON has outlines of records. A
request that was not kept as a whole cannot be sent again, and sequence numbers show that it is
missing: then nothing is replayed. An answer may be cut (the broker keeps none of the records that
it sends from a file); what is in front of the cut is compared.

Packets are those of one broker in the order in which it saw them. What was kept of one wake-up
begins with a frame and is in one packet, or in several where it is large; what of a frame is
missing behind them is cut.
"""

from __future__ import annotations

import contextlib
import re
import struct
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from wirekafka_protocol.errors import ProtocolError
from wirekafka_protocol.framing import parse_request_header, parse_response_header
from wirekafka_protocol.records.batch import (
    NO_PARTITION_LEADER_EPOCH,
    iter_batches,
    set_offset_and_epoch,
)

from wirekafka.cli.conversation import ABANDONED, NOT_KEPT, key_of, read_answer, read_request
from wirekafka.cli.output import CommandError
from wirekafka.cli.steps import Act, Step
from wirekafka.observe.exchanges import Piece
from wirekafka.observe.large import LARGE_BYTES
from wirekafka.observe.pcapng import LOST
from wirekafka.observe.recorder import CLOSED_TAPES
from wirekafka.observe.tape import KEPT_BYTES, TAPE_BYTES

_SECTION, _INTERFACE, _PACKET = 0x0A0D0D0A, 1, 6
_SECTION_BYTES = struct.pack("<I", _SECTION)
_BYTE_ORDER = struct.pack("<I", 0x1A2B3C4D)
_LINK_RAW_IP = 101
_TCP = 6
_FIN, _SYN, _RST, _ACK = 0x01, 0x02, 0x04, 0x10
_SEQUENCES = 1 << 32
_LARGEST_FRAME = 100 * 1024 * 1024
_FETCH_WITH_SESSIONS = 7
_FETCH_HEAD = struct.Struct(">ihi")
_SHOWN = 3


def is_capture(data: bytes) -> bool:
    """Whether it begins as pcapng."""
    return data.startswith(_SECTION_BYTES)


def steps_of(data: bytes) -> list[Step]:
    """What the connections of a capture did. ValueError for what is no capture of the broker's,
    CommandError where requests are missing."""
    conversations: dict[frozenset[_End], _Conversation] = {}
    everyone: list[_Conversation] = []
    steps: list[Step] = []
    began: float | None = None
    for packet in _packets(data):
        began = packet.at_s if began is None else began
        ends = frozenset((packet.source, packet.target))
        if packet.flags & _SYN and not packet.flags & _ACK:
            conversations[ends] = _Conversation(len(everyone) + 1, packet.source)
            everyone.append(conversations[ends])
        if ends not in conversations:
            raise ValueError("it has packets of a connection without the beginning of it")
        steps += conversations[ends].take(packet, packet.at_s - began)
    lost = _lost_connections(data)
    lost += [text for one in everyone if (text := one.lost())]
    if lost:
        more = f" and {len(lost) - _SHOWN} more" if len(lost) > _SHOWN else ""
        raise CommandError(
            f"the log has not kept what is needed: {', '.join(lost[:_SHOWN])}{more}; a broker "
            f"keeps {TAPE_BYTES >> 10} KiB of each connection, {LARGE_BYTES >> 20} MiB of what is "
            f"read at once and above {KEPT_BYTES >> 10} KiB, and {CLOSED_TAPES} connections that "
            "are closed; `wirekafka record` keeps everything, DELETE /requests begins anew"
        )
    for one in everyone:
        one.abandon()
    return steps


_End = tuple[bytes, int]


@dataclass(slots=True, frozen=True)
class _Packet:
    at_s: float
    source: _End
    target: _End
    sequence: int
    acknowledged: int
    flags: int
    data: bytes


@dataclass(slots=True)
class _Stream:
    """One direction of a connection."""

    next_sequence: int = 0
    rest: bytearray = field(default_factory=bytearray)
    missing: int = 0

    def take(self, packet: _Packet) -> Iterator[Piece]:
        """The frames that end with this packet."""
        self.skip_to(packet.sequence)
        self.rest += packet.data
        self.next_sequence = (packet.sequence + len(packet.data)) % _SEQUENCES
        while len(self.rest) >= 4:
            (size,) = struct.unpack_from(">i", self.rest)
            if size < 0 or len(self.rest) < 4 + size:
                return
            yield Piece(bytes(self.rest[4 : 4 + size]), size)
            del self.rest[: 4 + size]

    def skip_to(self, sequence: int) -> None:
        """Nothing but a gap comes before `sequence`."""
        gap = (sequence - self.next_sequence) % _SEQUENCES
        if gap > _SEQUENCES // 2:
            raise ValueError("its packets are not in order")
        if gap:
            self.rest.clear()
            self.missing += gap
            self.next_sequence = sequence

    def cut(self) -> Iterator[Piece]:
        """The beginning of a frame, when nothing more of it comes."""
        if len(self.rest) >= 8:
            (size,) = struct.unpack_from(">i", self.rest)
            if 4 <= size <= _LARGEST_FRAME:
                yield Piece(bytes(self.rest[4:]), size)
        self.rest.clear()


@dataclass(slots=True)
class _Conversation:
    number: int
    client: _End
    client_id: str = ""
    requests: _Stream = field(default_factory=_Stream)
    answers: _Stream = field(default_factory=_Stream)
    pending: deque[tuple[bytes, dict[str, Any]]] = field(default_factory=deque)
    """Correlation ids and requests that have no answer yet."""

    def take(self, packet: _Packet, at_s: float) -> Iterator[Step]:
        """What happens with a packet."""
        is_clients = packet.source == self.client
        if packet.flags & _SYN:
            stream = self.requests if is_clients else self.answers
            stream.next_sequence = (packet.sequence + 1) % _SEQUENCES
        elif is_clients:
            for piece in self.requests.take(packet):
                yield from self._asked(piece, at_s)
        else:
            self.requests.skip_to(packet.acknowledged)
            for piece in (*self.answers.take(packet), *self.answers.cut()):
                yield from self._answered(piece, at_s)
        if packet.flags & (_FIN | _RST):
            self.abandon()
            yield Step(Act.CLOSE, self.number, {}, at_s)

    def abandon(self) -> None:
        """What has no answer now was not waited for."""
        for _, entry in self.pending:
            entry["answer"] = ABANDONED
        self.pending.clear()

    def lost(self) -> str:
        """What of the requests is missing; empty when nothing is. What was left unread because it
        is no request (TLS, HTTP) is not missing."""
        missing = self.requests.missing
        if not missing and any(_is_request(piece) for piece in self.requests.cut()):
            return f"the end of a request of connection {self.number} ({self.client_id})"
        if missing:
            text = f"{missing} bytes of requests of connection {self.number}"
            return text + (f" ({self.client_id})" if self.client_id else "")
        return ""

    def _asked(self, piece: Piece, at_s: float) -> Iterator[Step]:
        if piece.is_cut:
            return  # what is missing is counted
        entry: dict[str, Any] = {"connection": self.number, "answer": NOT_KEPT}
        try:
            entry.update(read_request(piece.data))
        except ProtocolError:
            entry["raw"] = "0x" + piece.data.hex()
        if entry.get("api") == "Produce":
            _as_sent(entry["request"])
        self.client_id = self.client_id or entry.get("client_id") or ""
        if entry.get("api") == "Produce" and entry["request"]["acks"] == 0:
            entry["answer"] = None
        else:
            self.pending.append((piece.data[4:8], entry))
        yield Step(Act.SEND, self.number, entry, at_s)

    def _answered(self, piece: Piece, at_s: float) -> Iterator[Step]:
        """This answer, and those in front of it of which nothing was kept."""
        correlation_id = piece.data[:4]
        if not any(asked == correlation_id for asked, _ in self.pending):
            return  # to a request that was not kept
        while True:
            asked, entry = self.pending.popleft()
            if asked == correlation_id:
                entry["answer"] = _answer(entry, piece)
                yield Step(Act.RECEIVE, self.number, entry, at_s)
                return
            yield Step(Act.RECEIVE, self.number, entry, at_s)


def _as_sent(request: dict[str, Any]) -> None:
    """Batches without the place in the log that the broker has given them before it kept them."""
    for topic in request["topic_data"]:
        for row in topic["partition_data"]:
            if row["records"]:
                data = bytearray.fromhex(row["records"].removeprefix("0x"))
                with contextlib.suppress(ProtocolError):  # the broker has refused them
                    for _, batch in iter_batches(data):
                        set_offset_and_epoch(batch, 0, 0, NO_PARTITION_LEADER_EPOCH)
                row["records"] = "0x" + data.hex()


def _is_request(piece: Piece) -> bool:
    try:
        parse_request_header(piece.data, 0, len(piece.data))
    except ProtocolError:
        return False
    return True


def _answer(entry: dict[str, Any], piece: Piece) -> Any:
    """Decoded as far as that is possible: of a cut Fetch, without its records."""
    if "api" not in entry:
        return NOT_KEPT if piece.is_cut else "0x" + piece.data.hex()
    is_fetch = entry["api"] == "Fetch"
    if piece.is_cut and not is_fetch:
        return NOT_KEPT
    try:
        return read_answer(entry, piece.filled())
    except ProtocolError:
        return _fetch_head(entry, piece) if is_fetch else NOT_KEPT


def _fetch_head(entry: dict[str, Any], piece: Piece) -> Any:
    """What stands in front of the partitions: later requests need the session."""
    key, version = key_of("Fetch").value, entry["version"]
    data = piece.data
    _, pos = parse_response_header(data, 0, len(data), api_key=key, api_version=version)
    if version < _FETCH_WITH_SESSIONS or len(data) < pos + _FETCH_HEAD.size:
        return NOT_KEPT
    _, error_code, session_id = _FETCH_HEAD.unpack_from(data, pos)
    return {"error_code": error_code, "session_id": session_id}


def _lost_connections(data: bytes) -> list[str]:
    """What the section's comment says."""
    (size,) = struct.unpack_from("<I", data, 4)
    found = re.search(rb"\d+" + LOST.encode(), data[:size])
    return [found[0].decode()] if found else []


def _packets(data: bytes) -> Iterator[_Packet]:
    """Those of a capture of our own. ValueError for all else."""
    if data[8:12] != _BYTE_ORDER:
        raise ValueError("it is pcapng, but not of this broker")
    pos = 0
    while pos < len(data):
        if pos + 12 > len(data):
            raise ValueError("it ends in the middle")
        kind, size = struct.unpack_from("<II", data, pos)
        if size < 12 or size % 4 or pos + size > len(data):
            raise ValueError("it ends in the middle")
        body = data[pos + 8 : pos + size - 4]
        if kind == _INTERFACE and struct.unpack_from("<H", body) != (_LINK_RAW_IP,):
            raise ValueError("its packets are not raw IP: it is not of this broker")
        if kind == _PACKET:
            yield _packet(body)
        pos += size


def _packet(body: bytes) -> _Packet:
    try:
        _, high, low, size, _ = struct.unpack_from("<IIIII", body)
        packet = body[20 : 20 + size]
        if packet[0] >> 4 == 4:
            start, protocol, hosts = (packet[0] & 15) * 4, packet[9], packet[12:20]
        else:
            start, protocol, hosts = 40, packet[6], packet[8:40]
        if protocol != _TCP:
            raise ValueError("it has packets that are not TCP")
        source, target, sequence, acknowledged, offset, flags = struct.unpack_from(
            ">HHIIBB", packet, start
        )
    except (struct.error, IndexError):
        raise ValueError("a packet of it is too short") from None
    half = len(hosts) // 2
    return _Packet(
        at_s=((high << 32) + low) / 1e6,
        source=(hosts[:half], source),
        target=(hosts[half:], target),
        sequence=sequence,
        acknowledged=acknowledged,
        flags=flags,
        data=packet[start + (offset >> 4) * 4 :],
    )
