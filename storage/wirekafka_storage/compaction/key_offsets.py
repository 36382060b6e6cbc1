"""The last offset of each key in the part of a log that is being made clean.

The map is bounded in memory: when it is full, the rest of the dirty part waits for the next run. It
holds the keys themselves, where Kafka's `SkimpyOffsetMap` holds hashes of 16 bytes: a lost record
by a collision is impossible, and a run takes fewer keys in the same memory.

Of the records that went into the map, those stay whose offset is a value of it. So this part of the
log need not be taken apart twice: counting the values between two offsets is often enough.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Sequence
from itertools import repeat

from wirekafka_protocol.records.batch import BatchHeader

from wirekafka_storage.compaction.columns import Columns

_ENTRY_BYTES = 170
"""What one entry takes besides the key's own bytes: two objects, its share of a dict that may just
have doubled, and later its place among the survivors."""
_TOMBSTONES_BYTES = 100


class KeyOffsets:
    """See the module. `add` batch after batch, then `seal`, then ask."""

    __slots__ = (
        "_key_bytes",
        "_keys_seen",
        "_limit_bytes",
        "_survivors",
        "_with_tombstones",
        "keyless_records",
        "latest_offset",
        "offsets",
        "start_offset",
    )

    def __init__(self, start_offset: int, limit_bytes: int) -> None:
        self.start_offset = start_offset
        self._limit_bytes = limit_bytes
        self._key_bytes = 0
        self._keys_seen = 0
        self._survivors = array("q")
        self._with_tombstones: set[int] = set()
        """Base offsets of batches that need a closer look."""
        self.offsets: dict[bytes | None, int] = {}
        self.keyless_records = 0
        self.latest_offset = start_offset - 1
        """Every record from the start up to here is in the map; those behind it all stay."""

    def __len__(self) -> int:
        return len(self.offsets)

    @property
    def is_full(self) -> bool:
        """Whether the next batch must wait. The first one always fits: a run gets somewhere."""
        mean_key_bytes = self._key_bytes / (self._keys_seen or 1)
        entries_bytes = len(self.offsets) * (_ENTRY_BYTES + mean_key_bytes)
        return entries_bytes + len(self._with_tombstones) * _TOMBSTONES_BYTES >= self._limit_bytes

    def add(self, columns: Columns, base_offset: int) -> None:
        """Note the records of one batch, as far as they are at or above the start."""
        keys: Sequence[bytes | None] = columns.keys
        offsets: Sequence[int] = list(map(base_offset.__add__, columns.offset_deltas))
        if columns.tombstones:
            self._with_tombstones.add(base_offset)
        if columns.has_null_key or base_offset < self.start_offset:
            pairs = [
                (key, offset)
                for key, offset in zip(keys, offsets, strict=True)
                if key is not None and offset >= self.start_offset
            ]
            self.keyless_records += keys.count(None)
            keys = [key for key, _ in pairs]
            self.offsets.update(pairs)
        else:
            self.offsets.update(zip(keys, offsets, strict=True))
        self._keys_seen += len(keys)
        self._key_bytes += sum(map(len, keys))  # type: ignore[arg-type]  # no key is None

    def seal(self) -> None:
        """Everything was added."""
        self._survivors = array("q", sorted(self.offsets.values()))

    def last_offsets(self, keys: Sequence[bytes | None]) -> list[int]:
        """The last known offset of each key; -1 for one that is not in the map, and for None."""
        return list(map(self.offsets.get, keys, repeat(-1)))

    def survivors(self, header: BatchHeader) -> array[int] | None:
        """Offsets of the records of a batch that stay; None when it needs a closer look.

        Only for batches whose records went into the map, and none of which is a tombstone.
        """
        base_offset, last_offset = header.base_offset, header.last_offset
        if (
            base_offset < self.start_offset
            or last_offset > self.latest_offset
            or base_offset in self._with_tombstones
        ):
            return None
        survivors = self._survivors
        first = bisect_left(survivors, base_offset)
        return survivors[first : bisect_left(survivors, last_offset + 1, first)]
