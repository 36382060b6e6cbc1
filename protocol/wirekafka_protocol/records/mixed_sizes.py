"""Checks many neighbouring records of different sizes at once.

Only the lengths are walked in Python, from record to record. The first bytes of all records are
then put together, and looked at column by column (columns.py): timestamp delta, offset delta,
length of the key, length of the value. What is left is one sum per record, its own length as that
of its parts. All these sums are one addition of large integers, with 16 bits for each record; none
of them reaches 16 bits, so no record spills into its neighbour.

Taken are records without headers, of less than 8 KB, with keys of less than 64 bytes or null, whose
offset deltas count up and whose timestamp deltas have one width. Who finds others gets None, or
fewer records, and walks (check.py).
"""

from __future__ import annotations

import struct
from typing import NamedTuple

from wirekafka_protocol.records.columns import (
    number_bounds,
    offset_columns,
    records_of_width,
)

LEAST_RECORDS = 48  # fewer are walked as fast
_MOST_RECORDS = 2048  # what is gathered of them stays in the cache
_BEYOND_KEY = 3  # the length of the key, and up to two bytes of the value's
_NULL = 1
_EVEN_BYTES = bytes(range(0, 0x100, 2))
_TO_EVEN = bytes(byte & 0xFE for byte in range(0x100))
_IS_CONTINUED = bytes(0x80) + b"\1" * 0x80


class Found(NamedTuple):
    """The position behind the records, and what they say together."""

    end: int
    records: int
    min_timestamp_delta: int
    max_timestamp_delta: int
    has_null_key: bool


class _Lengths(NamedTuple):
    """Of each record: where its attributes are, its length as folded for its varint, last byte."""

    bodies: list[int]
    sizes: list[int]
    tails: list[int]


def check_mixed(
    data: bytes | bytearray | memoryview,
    position: int,
    index: int,
    stop: int,
    *,
    timestamp_bytes: int,
    offset_bytes: int,
) -> Found | None:
    """Check the records from number `index`, whose widths are given, to below `stop` at most.

    All their offset deltas must have the same width.
    """
    records = min(stop - index, _MOST_RECORDS)
    lengths = _walk_lengths(data, position, records)
    if lengths is None:
        return None
    key_at = 1 + timestamp_bytes + offset_bytes
    width = key_at + _BEYOND_KEY
    heads = b"".join([data[body : body + width] for body in lengths.bodies])
    if len(heads) != records * width:
        return None
    timestamps = [heads[at::width] for at in range(1, 1 + timestamp_bytes)]
    same = records_of_width(timestamps)
    if same < records:
        if same < LEAST_RECORDS:
            return None
        records = same
        lengths = _Lengths(*(column[:same] for column in lengths))
        heads = heads[: same * width]
        timestamps = [column[:same] for column in timestamps]
    offsets = [heads[at::width] for at in range(1 + timestamp_bytes, key_at)]
    if offsets != offset_columns(index, records, offset_bytes) or any(lengths.tails):
        return None
    keys = heads[key_at::width]
    if not keys.strip(b"\1"):
        keys = bytes(records)
        has_null_key = True
        values = [heads[key_at + 1 :: width], heads[key_at + 2 :: width]]
    else:
        odd = keys.translate(None, _EVEN_BYTES)
        if not keys.isascii() or odd.strip(b"\1"):
            return None
        has_null_key = bool(odd)
        keys = keys.translate(_TO_EVEN)
        value_at = key_at + 1
        pairs = [
            data[at : at + 2]
            for at in [
                body + value_at + (key >> 1) for body, key in zip(lengths.bodies, keys, strict=True)
            ]
        ]
        joined = b"".join(pairs)
        if len(joined) != 2 * records:
            return None
        values = [joined[::2], joined[1::2]]
    if not _add_up(lengths.sizes, keys, values, 2 * width):
        return None
    low, high = number_bounds(timestamps)
    end = lengths.bodies[-1] + (lengths.sizes[-1] >> 1)
    return Found(end, records, low, high, has_null_key)


def _walk_lengths(
    data: bytes | bytearray | memoryview, position: int, records: int
) -> _Lengths | None:
    bodies: list[int] = []
    sizes: list[int] = []
    tails: list[int] = []
    try:
        for _ in range(records):
            size = data[position]
            if size > 0x7F:
                # A third byte makes it odd or too large, which is found later.
                size += (data[position + 1] << 7) - 0x80
                position += 2
            else:
                position += 1
            bodies.append(position)
            sizes.append(size)
            position += size >> 1
            tails.append(data[position - 1])
    except IndexError:
        return None
    return _Lengths(bodies, sizes, tails)


def _add_up(sizes: list[int], keys: bytes, values: list[bytes], fixed: int) -> bool:
    """Whether each size is that of its parts: the fixed ones, key and value, all folded.

    A value of null, and only that, may have an odd length. The second byte of a value's length
    counts where the first one is continued, and makes the record one byte longer.
    """
    first, second = values
    if first.translate(None, _EVEN_BYTES).strip(b"\1"):
        return False
    records = len(sizes)
    ones = _lanes(b"\1" * records)
    size = int.from_bytes(struct.pack(f"<{records}H", *sizes), "little")
    if size & ones * 0xC001:  # odd, or of three bytes
        return False
    continued = _lanes(first.translate(_IS_CONTINUED))
    high = _lanes(second) & continued * 0xFF
    if high & ones * 0x80:
        return False
    parts = _lanes(first.translate(_TO_EVEN)) + (high << 7) + _lanes(keys) + ones * fixed
    return size + continued * (0x80 - 2) == parts


def _lanes(column: bytes) -> int:
    """One byte in every 16 bits."""
    spread = bytearray(2 * len(column))
    spread[::2] = column
    return int.from_bytes(spread, "little")
