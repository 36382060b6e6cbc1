"""Which part of a log compaction may touch, and whether it is worth a run now.

A log is clean below the offset that the last run reached. Behind it, whole sealed segments can be
cleaned up to the first that holds an offset of an open transaction or a record that is younger
than min.compaction.lag.ms. A run is due when more than min.cleanable.dirty.ratio of the bytes are
dirty, or when a dirty segment began more than max.compaction.lag.ms ago (KIP-354).

Source: Kafka's `LogCleanerManager`.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from operator import attrgetter

from wirekafka_protocol.records.batch import HEADER_BYTES, read_header

from wirekafka_storage.compaction.job import CompactionJob, SourceSegment
from wirekafka_storage.errors import storage_errors
from wirekafka_storage.log import Log
from wirekafka_storage.log_config import NEVER
from wirekafka_storage.offset_index import ENTRY_BYTES as OFFSET_ENTRY_BYTES
from wirekafka_storage.segment import NO_TIMESTAMP, Segment
from wirekafka_storage.staged import UNKNOWN_AGE
from wirekafka_storage.time_index import ENTRY_BYTES as TIME_ENTRY_BYTES

_base_offset = attrgetter("base_offset")


@dataclass(frozen=True, slots=True)
class Cleanable:
    """What a run over the log would be."""

    log: Log
    first_dirty_offset: int
    first_uncleanable_offset: int
    clean_bytes: int
    cleanable_bytes: int
    is_overdue: bool
    """Whether a record waits for longer than max.compaction.lag.ms."""

    @property
    def dirty_ratio(self) -> float:
        total = self.clean_bytes + self.cleanable_bytes
        return self.cleanable_bytes / total if total else 0.0

    @property
    def is_due(self) -> bool:
        if self.is_overdue and self.cleanable_bytes:
            return True
        return self.dirty_ratio > self.log.config.min_cleanable_dirty_ratio


def cleanable(log: Log, clean_offset: int | None, *, high_watermark: int, now_ms: int) -> Cleanable:
    """What could be cleaned now, when the last run reached `clean_offset`. Raises StorageError."""
    start = log.log_start_offset
    first_dirty = start if clean_offset is None else clean_offset
    if not start <= first_dirty <= log.log_end_offset:
        first_dirty = start  # the log was cut: nothing is known of what is there now
    sealed = log.segments[:-1]
    dirty = sealed[_first_with(log, first_dirty) :]
    limit = min(log.last_stable_offset(high_watermark), log.segments[-1].base_offset)
    lag_ms = log.config.min_compaction_lag_ms
    if lag_ms > 0:
        for segment in dirty:
            if _youngest_ms(segment) > now_ms - lag_ms:
                limit = min(limit, segment.base_offset)
                break
    end = _segment_start(log, max(first_dirty, limit))
    return Cleanable(
        log,
        first_dirty,
        end,
        sum(segment.size for segment in log.segments if segment.base_offset < first_dirty),
        sum(segment.size for segment in dirty if segment.base_offset < end),
        _is_overdue(log, dirty, now_ms),
    )


def job_for(
    found: Cleanable, *, now_ms: int, map_bytes: int, read_bytes: int, max_bytes_per_second: float
) -> CompactionJob:
    """The run, in plain data. Raises StorageError."""
    log = found.log
    config = log.config
    end = found.first_uncleanable_offset
    producers = log.producers.producers if log.producers is not None else {}
    return CompactionJob(
        folder=log.folder,
        segments=tuple(
            SourceSegment(
                segment.base_offset,
                segment.size,
                segment.index_entries * OFFSET_ENTRY_BYTES,
                segment.time_entries * TIME_ENTRY_BYTES,
            )
            for segment in log.segments
            if segment.base_offset < end
        ),
        first_dirty_offset=found.first_dirty_offset,
        first_uncleanable_offset=end,
        now_ms=now_ms,
        delete_retention_ms=config.delete_retention_ms,
        segment_bytes=config.segment_bytes,
        segment_index_bytes=config.segment_index_bytes,
        index_interval_bytes=config.index_interval_bytes,
        map_bytes=map_bytes,
        read_bytes=read_bytes,
        aborted=tuple(log.aborted_transactions(log.segments[0].base_offset, end)),
        last_offsets=tuple(
            (
                producer_id,
                entry.producer_epoch,
                entry.batches[-1].last_offset if entry.batches else -1,
            )
            for producer_id, entry in producers.items()
        ),
        max_bytes_per_second=max_bytes_per_second,
    )


def _first_with(log: Log, offset: int) -> int:
    """Place of the segment that holds the offset."""
    return max(bisect_right(log.segments, offset, key=_base_offset) - 1, 0)


def _segment_start(log: Log, offset: int) -> int:
    """The base offset of the segment that holds the offset.

    A sealed segment that an open transaction reaches into is left alone as a whole.
    """
    return log.segments[_first_with(log, offset)].base_offset


def _youngest_ms(segment: Segment) -> int:
    return segment.max_timestamp if segment.max_timestamp >= 0 else segment.created_ms


def _is_overdue(log: Log, dirty: list[Segment], now_ms: int) -> bool:
    lag_ms = log.config.max_compaction_lag_ms
    if lag_ms == NEVER:
        return False
    began = [_first_timestamp(log, segment) for segment in dirty if segment.size]
    return min(filter(_is_known, began), default=NEVER) < now_ms - lag_ms


def _is_known(timestamp: int) -> bool:
    return timestamp > 0


def _first_timestamp(log: Log, segment: Segment) -> int:
    """Largest timestamp of the first batch, read when no start or write has told it."""
    if segment.first_timestamp == NO_TIMESTAMP:
        with storage_errors("reading", log.folder):
            head = segment.file(log.open_files).read(HEADER_BYTES, 0)
        timestamp = read_header(head).max_timestamp if len(head) == HEADER_BYTES else -1
        segment.first_timestamp = timestamp if timestamp >= 0 else UNKNOWN_AGE
    return segment.first_timestamp
