"""Tapes as a capture file, for Wireshark and everything else that reads pcapng.

Each connection becomes a TCP conversation over IPv4 or IPv6: the handshake, what was kept of each
wake-up, its answers. Sequence numbers count the true sizes, so a reader sees a gap where something
was cut or dropped. The broker's port is written as 9092 whatever it was, because that is the port
by which readers know Kafka. `wirekafka replay` reads it (`cli/captured.py`).

The libraries that write pcapng know each block type and option of it; we write three.

Source: draft-ietf-opsawg-pcapng; RFC 791, 8200 and 9293 for the headers.
"""

from __future__ import annotations

import ipaddress
import struct
from collections.abc import Callable, Iterable
from typing import NamedTuple

from wirekafka.observe.tape import Tape, WakeUp

KAFKA_PORT = 9092
"""Where readers expect the protocol."""

LOST = " connections were not kept"
"""Behind their number."""

_COMMENT_OPTION = 1
_SECTION, _INTERFACE, _PACKET = 0x0A0D0D0A, 1, 6
_BYTE_ORDER = 0x1A2B3C4D
_LINK_RAW_IP = 101
_FIN, _SYN, _PUSH, _ACK = 0x01, 0x02, 0x08, 0x10
_SEGMENT_BYTES = 60_000
"""An IP packet has at most 65,535 bytes."""
_WINDOW = 65_535


def capture(
    tapes: Iterable[Tape], unix_ms: Callable[[float], float], *, lost_connections: int = 0
) -> bytes:
    """The file. `unix_ms` tells when a time of a tape was. How many connections should be there and
    are not is a comment of it."""
    packets: list[_Packet] = []
    for tape in tapes:
        packets += _conversation(tape)
    packets.sort(key=lambda packet: packet.when)
    section = struct.pack("<IHHq", _BYTE_ORDER, 1, 0, -1) + _comment(lost_connections)
    out = bytearray(_block(_SECTION, section))
    out += _block(_INTERFACE, struct.pack("<HHI", _LINK_RAW_IP, 0, 0))
    for packet in packets:
        data = _written(packet)
        micros = max(0, round(unix_ms(packet.when) * 1000))
        head = struct.pack("<IIIII", 0, micros >> 32, micros & 0xFFFFFFFF, len(data), len(data))
        out += _block(_PACKET, head + data)
    return bytes(out)


def _comment(lost_connections: int) -> bytes:
    """Options of the section."""
    if not lost_connections:
        return b""
    text = f"{lost_connections}{LOST}".encode()
    head = struct.pack("<HH", _COMMENT_OPTION, len(text))
    return head + text + bytes(-len(text) % 4) + bytes(4)


class _Side:
    """One end of a connection: its address, and what it has sent so far."""

    def __init__(self, host: str, port: int) -> None:
        self.address = _address(host)
        self.port = port
        self.sent = 0


class _Packet(NamedTuple):
    """A packet that is still to be written: much may be kept, and is copied only then."""

    when: float
    sender: _Side
    receiver: _Side
    sequence: int
    acknowledged: int
    flags: int
    data: memoryview | bytes


def _conversation(tape: Tape) -> list[_Packet]:
    client = _Side(tape.client_host, tape.client_port)
    broker = _Side(tape.local[0], KAFKA_PORT)
    packets: list[_Packet] = []

    def send(when: float, sender: _Side, data: memoryview | bytes, flags: int, size: int) -> None:
        receiver = broker if sender is client else client
        acknowledged = receiver.sent if flags & _ACK else 0
        packets.append(_Packet(when, sender, receiver, sender.sent, acknowledged, flags, data))
        sender.sent += size

    send(tape.opened, client, b"", _SYN, 1)
    send(tape.opened, broker, b"", _SYN | _ACK, 1)
    send(tape.opened, client, b"", _ACK, 0)
    client.sent += tape.dropped_request_bytes
    broker.sent += tape.dropped_answer_bytes
    for entry in tape.entries:
        part = WakeUp._make(entry)
        for when, sender, data, size in (
            (part.started, client, part.requests, part.request_bytes),
            (part.ended, broker, part.answers, part.answer_bytes),
        ):
            view = memoryview(data)
            for at in range(0, len(data), _SEGMENT_BYTES):
                piece = view[at : at + _SEGMENT_BYTES]
                send(when, sender, piece, _PUSH | _ACK, len(piece))
            sender.sent += size - len(data)
    if tape.stranger:
        send(tape.closed or tape.opened, client, tape.stranger, _PUSH | _ACK, len(tape.stranger))
    if tape.closed is not None:
        send(tape.closed, broker, b"", _FIN | _ACK, 1)
    return packets


def _written(packet: _Packet) -> bytes:
    sender, receiver, data = packet.sender, packet.receiver, packet.data
    source, target = sender.address, receiver.address
    if source.version != target.version:
        source, target = _as_v6(source), _as_v6(target)
    numbers = (packet.sequence & 0xFFFFFFFF, packet.acknowledged & 0xFFFFFFFF)
    head = struct.pack(
        ">HHIIBBH", sender.port, receiver.port, *numbers, 5 << 4, packet.flags, _WINDOW
    )
    size = 20 + len(data)
    pseudo = source.packed + target.packed + struct.pack(">II", size, 6)
    urgent = b"\0\0"
    sum_ = _checksum(b"".join((pseudo, head, b"\0\0", urgent, data)))
    segment = b"".join((head, sum_, urgent, data))
    if source.version == 6:
        return struct.pack(">IHBB", 6 << 28, size, 6, 64) + source.packed + target.packed + segment
    start = struct.pack(">BBHHHBB", 0x45, 0, 20 + size, 0, 0x4000, 64, 6)
    ends = source.packed + target.packed
    return start + _checksum(start + b"\0\0" + ends) + ends + segment


def _checksum(data: bytes) -> bytes:
    """The ones' complement of the ones' complement sum of 16-bit words (RFC 1071)."""
    words = int.from_bytes(data + b"\0" if len(data) % 2 else data, "big")
    return (0xFFFF - words % 0xFFFF).to_bytes(2, "big")


def _block(kind: int, body: bytes) -> bytes:
    body += bytes(-len(body) % 4)
    size = struct.pack("<I", len(body) + 12)
    return struct.pack("<I", kind) + size + body + size


_Address = ipaddress.IPv4Address | ipaddress.IPv6Address


def _address(host: str) -> _Address:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return ipaddress.IPv4Address(0)  # a peer without an address


def _as_v6(address: _Address) -> _Address:
    return ipaddress.IPv6Address(f"::ffff:{address}") if address.version == 4 else address
