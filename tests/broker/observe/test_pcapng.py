"""The capture file, read back as a reader of packets would."""

from __future__ import annotations

import ipaddress
import struct
from dataclasses import dataclass
from typing import Any

import pytest
from wirekafka_protocol.messages.heartbeat import HeartbeatRequest, HeartbeatResponse

from wirekafka.observe.pcapng import KAFKA_PORT, capture


@dataclass
class Packet:
    micros: int
    source: tuple[str, int]
    target: tuple[str, int]
    sequence: int
    acknowledged: int
    flags: int
    data: bytes


def words(data: bytes) -> int:
    """The ones' complement sum, the slow way."""
    data += b"\0" * (len(data) % 2)
    total = sum(struct.unpack(f">{len(data) // 2}H", data))
    while total > 0xFFFF:
        total = (total & 0xFFFF) + (total >> 16)
    return total


def read(data: bytes) -> list[Packet]:
    """Every block is checked, the packets are taken apart."""
    packets, pos, kinds = [], 0, []
    while pos < len(data):
        kind, size = struct.unpack_from("<II", data, pos)
        assert size % 4 == 0
        assert struct.unpack_from("<I", data, pos + size - 4) == (size,)
        body = data[pos + 8 : pos + size - 4]
        kinds.append(kind)
        if kind == 6:
            _, high, low, kept, true = struct.unpack_from("<IIIII", body)
            assert kept == true
            packets.append(dissect((high << 32) + low, body[20 : 20 + kept]))
        pos += size
    assert kinds[:2] == [0x0A0D0D0A, 1]
    assert set(kinds[2:]) <= {6}
    return packets


def dissect(micros: int, packet: bytes) -> Packet:
    if packet[0] >> 4 == 4:
        assert words(packet[:20]) == 0xFFFF
        assert int.from_bytes(packet[2:4], "big") == len(packet)
        addresses, segment = packet[12:20], packet[20:]
    else:
        assert int.from_bytes(packet[4:6], "big") == len(packet) - 40
        addresses, segment = packet[8:40], packet[40:]
    assert words(addresses + struct.pack(">II", len(segment), 6) + segment) == 0xFFFF
    half = len(addresses) // 2
    hosts = [str(ipaddress.ip_address(part)) for part in (addresses[:half], addresses[half:])]
    from_port, to_port, sequence, acknowledged, _, flags = struct.unpack_from(">HHIIBB", segment)
    source, target = (hosts[0], from_port), (hosts[1], to_port)
    return Packet(micros, source, target, sequence, acknowledged, flags, segment[20:])


def stream(packets: list[Packet], *, to_broker: bool) -> bytes:
    """One direction, put together by sequence numbers."""
    found = bytearray()
    for packet in packets:
        if (packet.target[1] == KAFKA_PORT) is to_broker and packet.data:
            at = packet.sequence - 1
            found[at : at + len(packet.data)] = packet.data
    return bytes(found)


@pytest.mark.parametrize("host", ["10.1.2.3", "fd00::7", "unknown"])
def test_a_connection_is_a_tcp_conversation_with_the_frames_in_it(scene: Any, host: str) -> None:
    client = scene.connect(host=host)
    for _ in range(3):
        scene.pass_s(1)
        client.asks(HeartbeatRequest("g", 1, "m"), version=4, answers=(HeartbeatResponse(),))
    client.leaves()
    packets = read(capture(scene.tapes(), lambda when: 1_000_000 + when * 1000))
    assert [packet.flags for packet in packets[:3]] == [2, 18, 16]
    assert stream(packets, to_broker=True) == b"".join(e[3] for e in client.tape.entries)
    assert stream(packets, to_broker=False) == b"".join(e[5] for e in client.tape.entries)
    assert packets[3].micros == 1_001_000_000
    assert packets[-1].flags & 1


def test_what_was_cut_is_a_gap(scene: Any) -> None:
    client = scene.connect()
    data = (99_996).to_bytes(4, "big") + bytes(99_996)
    for _ in range(2):
        client.tape.ran(0.0, memoryview(data), 0, len(data), 1, [])
    packets = [packet for packet in read(capture(scene.tapes(), float)) if packet.data]
    assert [packet.sequence for packet in packets] == [1, 100_001]


def test_no_connection_is_an_empty_capture() -> None:
    assert read(capture([], float)) == []
