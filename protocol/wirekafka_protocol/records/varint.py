"""Zigzag varints: the signed numbers inside records (lengths, deltas).

Seven bits per byte, least significant first, the high bit says that another byte follows; the sign
is folded into bit 0 (0, -1, 1, -2, … are written 0, 1, 2, 3, …). A 32-bit number takes at most
5 bytes, a 64-bit one at most 10; higher bits of the last byte are dropped, as Kafka's
`ByteUtils.readVarint` and `readVarlong` do.
"""

from __future__ import annotations

from wirekafka_protocol.errors import ProtocolError

MAX_VARINT_BYTES = 5
MAX_VARLONG_BYTES = 10
_SMALL_ENDS = 2048  # folded numbers below this are looked up; most lengths and deltas are smaller


class OverlongVarint(ProtocolError):
    """A varint that goes on after its longest form."""


def encode_varint(number: int) -> bytes:
    """The zigzag varint of a number of up to 64 bits."""
    folded = number + number if number >= 0 else -number - number - 1
    if folded < _SMALL_ENDS:
        return SMALL[folded]
    return _encode_folded(folded)


def read_varint(data: bytes | bytearray | memoryview, position: int) -> tuple[int, int]:
    """The 32-bit number at position, and the position behind it."""
    folded, position = _read_folded(data, position, MAX_VARINT_BYTES)
    folded &= 0xFFFFFFFF
    return (folded >> 1) ^ -(folded & 1), position


def read_varlong(data: bytes | bytearray | memoryview, position: int) -> tuple[int, int]:
    """The 64-bit number at position, and the position behind it."""
    folded, position = _read_folded(data, position, MAX_VARLONG_BYTES)
    folded &= 0xFFFFFFFFFFFFFFFF
    return (folded >> 1) ^ -(folded & 1), position


def _encode_folded(folded: int) -> bytes:
    out = bytearray()
    while folded > 0x7F:
        out.append(folded & 0x7F | 0x80)
        folded >>= 7
    out.append(folded)
    return bytes(out)


def _read_folded(data: bytes | bytearray | memoryview, position: int, most: int) -> tuple[int, int]:
    folded = shift = 0
    end = len(data)
    while position < end:
        byte = data[position]
        position += 1
        folded |= (byte & 0x7F) << shift
        if byte < 0x80:
            return folded, position
        shift += 7
        if shift == 7 * most:
            raise OverlongVarint(f"varint longer than {most} bytes before byte {position}")
    raise ProtocolError(f"varint cut short at byte {position}")


SMALL = [_encode_folded(folded) for folded in range(_SMALL_ENDS)]
"""The varints of the smallest folded numbers, by folded number."""
