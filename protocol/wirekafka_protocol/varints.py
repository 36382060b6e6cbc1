"""Unsigned varints: seven bits per byte, lowest first, the top bit says that more follow.

Lengths, counts and tags of flexible versions are written so (KIP-482). Kafka's are 32 bits wide:
at most five bytes. The compiled codec reads a first byte itself and comes here for the rest.
"""

from __future__ import annotations

from wirekafka_protocol.errors import ProtocolError
from wirekafka_protocol.schema import Records

_LAST_SHIFT = 28
_LIMIT = 1 << 31


def read_uvarint(buf: Records, pos: int) -> tuple[int, int]:
    """The number at `pos` and the position behind it; IndexError if the buffer ends inside."""
    byte = buf[pos]
    if byte < 128:
        return byte, pos + 1
    return read_uvarint_rest(buf, pos + 1, byte)


def read_uvarint_rest(buf: Records, pos: int, first: int) -> tuple[int, int]:
    """The same behind a first byte that was 128 or more."""
    value = first & 127
    shift = 7
    while True:
        byte = buf[pos]
        pos += 1
        value |= (byte & 127) << shift
        if byte < 128:
            break
        if shift == _LAST_SHIFT:
            raise ProtocolError(f"varint before byte {pos} is longer than five bytes")
        shift += 7
    if value >= _LIMIT:
        raise ProtocolError(f"varint before byte {pos} is {value}, above 31 bits")
    return value, pos


def write_uvarint(out: bytearray, value: int) -> None:
    """Append the number."""
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    out.append(value)
