"""What compaction is asked to do and what it answers, as plain values that travel as JSON."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Any, NamedTuple

from wirekafka_storage.transaction_index import AbortedTransaction


class SourceSegment(NamedTuple):
    """A sealed segment that may be compacted."""

    base_offset: int
    size: int
    index_bytes: int
    time_index_bytes: int


@dataclass(frozen=True, slots=True)
class CompactionJob:
    """One run over one log."""

    folder: str
    segments: tuple[SourceSegment, ...]
    """All that end at or below `first_uncleanable_offset`, from the first of the log on."""
    first_dirty_offset: int
    """Records below were compacted by earlier runs."""
    first_uncleanable_offset: int
    """The base offset of the segment behind the last of `segments`."""
    now_ms: int
    delete_retention_ms: int
    segment_bytes: int
    segment_index_bytes: int
    index_interval_bytes: int
    map_bytes: int
    """Memory for the keys of one run."""
    read_bytes: int = 1 << 20
    aborted: tuple[AbortedTransaction, ...] = ()
    """Aborted transactions that overlap the segments."""
    last_offsets: tuple[tuple[int, int, int], ...] = ()
    """(producer id, epoch, offset of its last record or -1) of all producers the log knows."""
    max_bytes_per_second: float = float("inf")

    def to_json(self) -> str:
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str | bytes) -> CompactionJob:
        fields: dict[str, Any] = json.loads(text)
        return cls(
            **fields
            | {
                "segments": tuple(SourceSegment(*one) for one in fields["segments"]),
                "aborted": tuple(AbortedTransaction(*one) for one in fields["aborted"]),
                "last_offsets": tuple(map(tuple, fields["last_offsets"])),
            }
        )


class CleanedGroup(NamedTuple):
    """A segment that was written as `.cleaned` files and synced, and what it is to replace."""

    sources: tuple[int, ...]
    """Base offsets of the old segments; the first one is the new segment's."""
    size: int
    first_timestamp: int
    max_timestamp: int
    max_timestamp_offset: int
    index_entries: int
    time_entries: int
    indexed_timestamp: int
    modified_ms: int

    @property
    def base_offset(self) -> int:
        return self.sources[0]


class CompactionResult(NamedTuple):
    """All groups are written."""

    end_offset: int
    """The log is clean below."""
    keys: int
    bytes_read: int
    bytes_written: int
    records_read: int
    records_written: int
    keyless_records: int
    """Of those that were read: records without a key, which compaction drops."""
