"""Varints of many records at once: byte k of each of them makes one column.

A column is a `bytes`, one byte per record, and all numbers of a field have the same width; so
comparing and searching them is work for C.
"""

from __future__ import annotations

from functools import cache

ONE_BYTE_DELTAS = 64  # offset deltas below this take one byte,
TWO_BYTE_DELTAS = 8192  # below this two,
THREE_BYTE_DELTAS = 1 << 20  # below this three

_CONTINUED_BYTES = bytes(range(0x80, 0x100))
_EVEN_BYTES = bytes(range(0, 0x100, 2))
_IS_CONTINUED = bytes(0x80) + b"\1" * 0x80


def end_of_offset_width(index: int) -> int:
    """The first offset delta that takes more bytes than this one, or whose third byte differs."""
    return ONE_BYTE_DELTAS if index < ONE_BYTE_DELTAS else (index | TWO_BYTE_DELTAS - 1) + 1


def offset_columns(index: int, records: int, width: int) -> list[bytes]:
    """The bytes of the varints index, index + 1, … as columns; all have the same width."""
    if width == 1:
        return [bytes(range(2 * index, 2 * (index + records), 2))]
    first = index % TWO_BYTE_DELTAS
    low, middle = _two_byte_offsets()
    low, middle = low[first : first + records], middle[first : first + records]
    if width == 2:
        return [low, middle]
    # Beyond two bytes the second byte goes on as well; the third is constant in one block of 8192.
    third = bytes([index >> 13]) * records
    return [low, middle.translate(_CONTINUED_BYTES * 2), third]


@cache
def _two_byte_offsets() -> tuple[bytes, bytes]:
    """Both bytes of the two-byte varint of every delta below 8192 (those from 64 up are used)."""
    low = bytes(range(0x80, 0x100, 2)) * (TWO_BYTE_DELTAS // 64)
    return low, b"".join(bytes([block]) * 64 for block in range(TWO_BYTE_DELTAS // 64))


def records_of_width(columns: list[bytes]) -> int:
    """How many of the first varints have as many bytes as there are columns."""
    records = len(columns[0])
    for column in columns[:-1]:
        ended = column.translate(_IS_CONTINUED).find(0, 0, records)
        records = records if ended < 0 else ended
    if not columns[-1].isascii():
        goes_on = columns[-1].translate(_IS_CONTINUED).find(1, 0, records)
        records = records if goes_on < 0 else goes_on
    return records


def number_bounds(columns: list[bytes]) -> tuple[int, int]:
    """The least (or 0) and the largest of the varints whose bytes are given as columns."""
    if not columns[0].translate(None, _EVEN_BYTES):  # none is negative
        # Narrow down, from the highest bits, to the place of the largest: times mostly ascend.
        first, end = 0, len(columns[0])
        folded = 0
        for column in reversed(columns):
            byte = max(column[first:end])
            found = column.find(byte, first, end)
            end = column.rfind(byte, first, end) + 1
            first = found
            folded = folded << 7 | byte & 0x7F
            if column.count(byte, first, end) != end - first:
                break
        else:
            return 0, folded >> 1
    numbers = [
        sum((byte & 0x7F) << 7 * shift for shift, byte in enumerate(parts))
        for parts in set(zip(*columns, strict=True))
    ]
    unfolded = [(folded >> 1) ^ -(folded & 1) for folded in numbers]
    return min(unfolded), max(unfolded)
