"""The sparse index from timestamps to offsets of one segment.

On disk: entries of 12 bytes, big endian: timestamp in ms (int64), relative offset (int32). An
entry says: up to this offset no record is younger than this timestamp, and the batch that ends at
the offset holds one of that age. Timestamps ascend strictly. The last entry, written when the
segment is sealed or closed, tells the segment's largest timestamp. In memory: two arrays.

Source: Kafka's `TimeIndex`.
"""

from __future__ import annotations

import struct
from array import array
from bisect import bisect_right
from operator import le, lt

from wirekafka_storage.errors import CorruptFile

ENTRY = struct.Struct(">qi")
ENTRY_BYTES = ENTRY.size


class TimeIndex:
    """The index of one segment, in memory."""

    __slots__ = ("relative_offsets", "timestamps")

    def __init__(self) -> None:
        self.timestamps = array("q")
        self.relative_offsets = array("i")

    def __len__(self) -> int:
        return len(self.timestamps)

    def append(self, timestamp: int, relative_offset: int) -> None:
        self.timestamps.append(timestamp)
        self.relative_offsets.append(relative_offset)

    def relative_offset_before(self, timestamp: int) -> int:
        """All records up to this relative offset are older than or as old as the timestamp.

        0 when nothing is known.
        """
        place = bisect_right(self.timestamps, timestamp)
        return self.relative_offsets[place - 1] if place else 0

    def truncate(self, relative_offset: int) -> None:
        """Drop the entries at or above the relative offset."""
        while self.relative_offsets and self.relative_offsets[-1] >= relative_offset:
            self.relative_offsets.pop()
            self.timestamps.pop()

    def encode(self) -> bytes:
        return b"".join(map(ENTRY.pack, self.timestamps, self.relative_offsets))


def decode(content: bytes) -> TimeIndex:
    """Read an index file; CorruptFile when its entries do not ascend."""
    if len(content) % ENTRY_BYTES:
        raise CorruptFile(f"size {len(content)} is no multiple of {ENTRY_BYTES}")
    index = TimeIndex()
    if content:
        timestamps, relative_offsets = zip(*ENTRY.iter_unpack(content), strict=True)
        index.timestamps = array("q", timestamps)
        index.relative_offsets = array("i", relative_offsets)
        ascends = all(map(lt, timestamps, timestamps[1:])) and all(
            map(le, relative_offsets, relative_offsets[1:])
        )
        if not ascends or timestamps[0] < 0 or relative_offsets[0] < 0:
            raise CorruptFile("entries do not ascend")
    return index


def decode_below(content: bytes, *, relative_offset: int) -> TimeIndex:
    """The entries below the offset at the start of an index file, up to one that does not ascend.

    What is behind them may be damaged.
    """
    index = TimeIndex()
    last_time, last_offset = -1, 0
    for timestamp, offset in ENTRY.iter_unpack(
        content[: len(content) // ENTRY_BYTES * ENTRY_BYTES]
    ):
        if timestamp <= last_time or not last_offset <= offset < relative_offset:
            break
        index.append(timestamp, offset)
        last_time, last_offset = timestamp, offset
    return index
