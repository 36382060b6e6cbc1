"""Which whole segments may go: too old, too many bytes, or below the log start.

Age counts from the largest timestamp in the segment; a segment without timestamps is as old as its
file. Only segments wholly below the high watermark go. When even the active one is expired, a new
one is rolled first. Files are renamed here and unlinked later, for readers may still use them.
Source: Kafka's `UnifiedLog.deleteOldSegments`.
"""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, NamedTuple

from wirekafka_storage import log_files
from wirekafka_storage.errors import StorageError, storage_errors
from wirekafka_storage.filenames import LOG, SNAPSHOT
from wirekafka_storage.files import READ
from wirekafka_storage.segment import Segment

if TYPE_CHECKING:
    from wirekafka_storage.log import Log


class RemovedSegment(NamedTuple):
    """A segment that retention took out of the log."""

    base_offset: int
    size: int
    reason: str
    """"time", "size" or "start"."""


def deletable_segments(log: Log, now_ms: int, high_watermark: int | None = None) -> list[Segment]:
    """Segments that would be removed now, oldest first."""
    return [segment for segment, _ in _deletable(log, now_ms, high_watermark)]


def apply(log: Log, now_ms: int, high_watermark: int | None = None) -> list[RemovedSegment]:
    """Remove what may go. Raises StorageError."""
    doomed = _deletable(log, now_ms, high_watermark)
    if not doomed:
        return []
    if len(doomed) == len(log.segments):
        log.roll(now_ms)
    remove_oldest(log, len(doomed), now_ms)
    return [RemovedSegment(s.base_offset, s.size, reason) for s, reason in doomed]


def remove_oldest(log: Log, count: int, now_ms: int) -> None:
    """Take the first `count` segments out of the log and retire their files."""
    removed, log.segments = log.segments[:count], log.segments[count:]
    if log.segments:
        _keep_producers(log, log.segments[0])
        new_start = max(log.log_start_offset, log.segments[0].base_offset)
        move_epochs = new_start > log.log_start_offset
        log.log_start_offset = new_start
        log.recovery_point = max(log.recovery_point, log.segments[0].base_offset)
        if move_epochs and log.epochs is not None:
            log.epochs.truncate_from_start(new_start)
    try:
        log_files.retire(log, removed, now_ms)
        log_files.write_epochs(log)
    except OSError as error:
        raise StorageError("deleting segments of", log.folder, error) from error


def _keep_producers(log: Log, first: Segment) -> None:
    """What is removed may be all that tells of an open transaction, except for the snapshot behind
    it, which is synced with the next flush: too late if that comes after the removal."""
    if first.base_offset < log.recovery_point:
        return
    files = log.open_files.files
    with storage_errors("syncing", log.folder), contextlib.suppress(FileNotFoundError):
        log_files.sync_file(files, first.path(SNAPSHOT), READ)
        files.fsync_directory(log.folder)


def _deletable(log: Log, now_ms: int, high_watermark: int | None) -> list[tuple[Segment, str]]:
    config = log.config
    deletes = "delete" in config.cleanup_policy
    limit = log.log_end_offset if high_watermark is None else high_watermark
    excess = log.size - config.retention_bytes if deletes and config.retention_bytes >= 0 else -1
    ends = [segment.base_offset for segment in log.segments[1:]] + [log.log_end_offset]
    found: list[tuple[Segment, str]] = []
    for segment, end_offset in zip(log.segments, ends, strict=True):
        is_active = segment is log.segments[-1]
        if end_offset > limit or (is_active and segment.size == 0):
            break
        if not is_active and end_offset <= log.log_start_offset:
            reason = "start"
        elif deletes and 0 <= config.retention_ms < now_ms - _youngest_ms(log, segment):
            reason = "time"
        elif excess >= segment.size:
            reason = "size"
        else:
            break
        excess -= segment.size
        found.append((segment, reason))
    return found


def _youngest_ms(log: Log, segment: Segment) -> int:
    """Time of the newest record; without timestamps that of the last write to the file."""
    if segment.max_timestamp >= 0:
        return segment.max_timestamp
    with storage_errors("reading", log.folder):
        return log.open_files.files.modified_ms(segment.path(LOG))
