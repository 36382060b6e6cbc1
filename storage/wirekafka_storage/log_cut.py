"""Takes offsets away from a log: at its start (DeleteRecords) and at its end (truncation).

Source: Kafka's `UnifiedLog.maybeIncrementLogStartOffset`, `truncateTo`,
`truncateFullyAndStartAt`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from wirekafka_protocol.errors import ApiError, ErrorCode

from wirekafka_storage import log_files, producer_replay
from wirekafka_storage.batch_scan import headers
from wirekafka_storage.errors import StorageError
from wirekafka_storage.filenames import OFFSET_INDEX, TIME_INDEX, TRANSACTION_INDEX
from wirekafka_storage.files import OpenFiles, write_file
from wirekafka_storage.segment import NO_TIMESTAMP, Segment
from wirekafka_storage.transaction_index import encode as encode_transactions

if TYPE_CHECKING:
    from wirekafka_storage.log import Log


def move_start(log: Log, offset: int) -> int:
    """Hide the records below `offset`; returns the log start offset, which never goes back."""
    if not 0 <= offset <= log.log_end_offset:
        raise ApiError(
            ErrorCode.OFFSET_OUT_OF_RANGE,
            f"offset {offset} is above the end {log.log_end_offset} of {log.topic}-{log.partition}",
        )
    if offset > log.log_start_offset:
        log.log_start_offset = offset
        if log.epochs is not None and log.epochs.truncate_from_start(offset):
            try:
                log_files.write_epochs(log)
            except OSError as error:
                raise StorageError("writing", log.folder, error) from error
    return log.log_start_offset


def truncate(log: Log, offset: int, now_ms: int) -> None:
    """Remove every batch that ends at or above `offset`. Raises StorageError."""
    assert not log.has_staged, "truncating with staged batches"
    if offset >= log.log_end_offset:
        return
    if offset <= log.segments[0].base_offset:
        restart_at(log, offset, now_ms)
        return
    kept = [segment for segment in log.segments if segment.base_offset < offset]
    removed = log.segments[len(kept) :]
    try:
        log_files.retire(log, removed, now_ms)
        log.segments = kept
        end_offset = _truncate_segment(kept[-1], offset, log.open_files)
        _settle(log, end_offset)
    except OSError as error:
        raise StorageError("truncating", log.folder, error) from error


def restart_at(log: Log, offset: int, now_ms: int) -> None:
    """Remove everything; the next record gets `offset`. Raises StorageError."""
    assert not log.has_staged, "truncating with staged batches"
    try:
        log_files.retire(log, log.segments, now_ms)
        log.segments = []
        log.log_start_offset = offset
        _settle(log, offset)
    except OSError as error:
        raise StorageError("truncating", log.folder, error) from error


def _settle(log: Log, end_offset: int) -> None:
    """Bring everything that depends on the end into line with the new one."""
    log.log_end_offset = end_offset
    log.recovery_point = min(log.recovery_point, end_offset)
    log.log_start_offset = min(log.log_start_offset, end_offset)
    log.forget_positions()
    if log.epochs is not None and log.epochs.truncate_from_end(end_offset) and log.exists:
        log_files.write_epochs(log)
    if not log.exists:
        return
    producer_replay.remove_snapshots(log.open_files.files, log.folder, above=end_offset)
    log.producers = producer_replay.rebuild(
        log.open_files,
        log.folder,
        log.segments,
        end_offset=end_offset,
    )


def _truncate_segment(segment: Segment, offset: int, open_files: OpenFiles) -> int:
    """Cut file and indexes before the batch that contains the offset; returns the end offset."""
    place = segment.locate(offset, open_files)
    if place is None:
        return offset
    end_offset = place.base_offset
    position = place.position
    files = open_files.files
    offset_index = segment.offset_index(open_files)
    offset_index.truncate(position)
    time_index = segment.time_index(open_files)
    time_index.truncate(end_offset - segment.base_offset)
    aborted = segment.aborted_transactions(open_files)
    still_aborted = [one for one in aborted if one.last_offset < end_offset]
    file = segment.open_active(open_files)
    files.truncate(file.fd, position)
    segment.size = position
    for suffix in (OFFSET_INDEX, TIME_INDEX, TRANSACTION_INDEX):
        open_files.drop(segment.path(suffix))
    write_file(files, segment.path(OFFSET_INDEX), offset_index.encode())
    write_file(files, segment.path(TIME_INDEX), time_index.encode())
    if len(still_aborted) != len(aborted):
        write_file(files, segment.path(TRANSACTION_INDEX), encode_transactions(still_aborted))
        segment.aborted = still_aborted
    segment.index_entries = len(offset_index)
    segment.time_entries = len(time_index)
    read_newest_timestamp(segment, open_files)
    return end_offset


def read_newest_timestamp(segment: Segment, open_files: OpenFiles) -> None:
    """Set the segment's largest timestamp: the last index entry, or a batch behind it."""
    index = segment.time_index(open_files)
    start = 0
    segment.max_timestamp = segment.indexed_timestamp = NO_TIMESTAMP
    segment.max_timestamp_offset = segment.base_offset
    if len(index):
        segment.indexed_timestamp = segment.max_timestamp = index.timestamps[-1]
        segment.max_timestamp_offset = segment.base_offset + index.relative_offsets[-1]
        start = segment.offset_index(open_files).position_before(index.relative_offsets[-1])
    fd = segment.file(open_files).fd
    for _, header in headers(open_files.files, fd, position=start, end=segment.size):
        if header.max_timestamp > segment.max_timestamp:
            segment.max_timestamp = header.max_timestamp
            segment.max_timestamp_offset = header.last_offset
