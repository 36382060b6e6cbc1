"""The sparse index from offsets to file positions of one segment.

On disk: entries of 8 bytes, big endian: offset relative to the segment's base offset (int32),
position of the batch in the `.log` file (int32). The offset of an entry is the *last* offset of
the batch at the position, so that the greatest entry not above an offset is where a scan for that
offset may begin. Both columns only grow. In memory: two arrays.

Source: Kafka's `OffsetIndex`.
"""

from __future__ import annotations

import sys
from array import array
from bisect import bisect_left, bisect_right
from operator import lt

from wirekafka_storage.errors import CorruptFile

ENTRY_BYTES = 8


class OffsetIndex:
    """The index of one segment, in memory."""

    __slots__ = ("positions", "relative_offsets")

    def __init__(self) -> None:
        self.relative_offsets = array("i")
        self.positions = array("i")

    def __len__(self) -> int:
        return len(self.positions)

    def append(self, relative_offset: int, position: int) -> None:
        self.relative_offsets.append(relative_offset)
        self.positions.append(position)

    def position_before(self, relative_offset: int) -> int:
        """Where to begin a scan for the offset; 0 when no entry is early enough."""
        place = bisect_right(self.relative_offsets, relative_offset)
        return self.positions[place - 1] if place else 0

    def truncate(self, position: int) -> None:
        """Drop the entries of batches at or behind the position."""
        place = bisect_left(self.positions, position)
        del self.relative_offsets[place:]
        del self.positions[place:]

    def encode(self) -> bytes:
        both = array("i", bytes(ENTRY_BYTES * len(self)))
        both[0::2] = self.relative_offsets
        both[1::2] = self.positions
        return _big_endian(both).tobytes()


def decode(content: bytes, *, log_size: int) -> OffsetIndex:
    """Read an index file; CorruptFile when it cannot be the index of a log of that size."""
    if len(content) % ENTRY_BYTES:
        raise CorruptFile(f"size {len(content)} is no multiple of {ENTRY_BYTES}")
    both = _big_endian(array("i", content))
    index = OffsetIndex()
    index.relative_offsets = both[0::2]
    index.positions = both[1::2]
    if index.positions:
        if index.positions[-1] >= log_size:
            raise CorruptFile(f"position {index.positions[-1]} is behind the end {log_size}")
        if not (_grows(index.positions) and _grows(index.relative_offsets)):
            raise CorruptFile("entries do not ascend")
        if index.relative_offsets[0] < 0 or index.positions[0] <= 0:
            raise CorruptFile("first entry is not behind the first batch")
    return index


def decode_below(content: bytes, *, relative_offset: int) -> OffsetIndex:
    """The entries below the offset at the start of an index file, up to one that does not ascend.

    What is behind them may be damaged.
    """
    both = _big_endian(array("i", content[: len(content) // ENTRY_BYTES * ENTRY_BYTES]))
    index = OffsetIndex()
    good = last_offset = last_position = 0
    for offset, position in zip(both[0::2], both[1::2], strict=True):
        if not last_position < position or not last_offset <= offset < relative_offset:
            break
        last_offset, last_position = offset + 1, position
        good += 2
    index.relative_offsets = both[0:good:2]
    index.positions = both[1:good:2]
    return index


def _grows(column: array[int]) -> bool:
    return all(map(lt, column, column[1:]))


def _big_endian(values: array[int]) -> array[int]:
    """Swap between the machine's byte order and the file's; works both ways."""
    if sys.byteorder == "little":
        values.byteswap()
    return values
