"""Look-ups in a log: the bytes at an offset, records by timestamp, aborted transactions.

They walk from segment to segment with the indexes and open batches only at the place they found.
Source: Kafka's `UnifiedLog.fetchOffsetByTimestamp`, `LogSegment.findOffsetByTimestamp`,
`LocalLog.collectAbortedTransactions`.
"""

from __future__ import annotations

from bisect import bisect_right
from operator import attrgetter
from typing import TYPE_CHECKING, NamedTuple

from wirekafka_protocol.errors import ApiError, ErrorCode, ProtocolError
from wirekafka_protocol.records.record import Record, read_records

from wirekafka_storage.batch_scan import BatchPlace, headers, read_batch
from wirekafka_storage.log_slice import EMPTY_SLICE, LogSlice
from wirekafka_storage.segment import Segment
from wirekafka_storage.transaction_index import AbortedTransaction

if TYPE_CHECKING:
    from wirekafka_storage.log import Log

_base_offset = attrgetter("base_offset")


class RecordPlace(NamedTuple):
    """A record found by its timestamp."""

    offset: int
    timestamp: int
    leader_epoch: int


def slice_at(
    log: Log, offset: int, max_bytes: int, upper_bound: int, min_one_message: bool
) -> LogSlice:
    """`Log.read` where the position has to be looked up."""
    segments = log.segments
    at = max(bisect_right(segments, offset, key=_base_offset) - 1, 0)
    place: BatchPlace | None = None
    while place is None:
        if at == len(segments):
            return EMPTY_SLICE
        segment = segments[at]
        place = segment.locate(offset, log.open_files)
        at += 1
    if place.base_offset >= upper_bound:
        return EMPTY_SLICE
    limit = segment.size
    if upper_bound < (segments[at].base_offset if at < len(segments) else log.log_end_offset):
        first_hidden = segment.locate(upper_bound, log.open_files)
        if first_hidden is not None:
            limit = first_hidden.position
    if min_one_message and max_bytes < place.size:
        max_bytes = place.size
    size = min(limit - place.position, max_bytes)
    if size < place.size:
        # Part of the first batch would help nobody: Kafka answers nothing, from Fetch v3 on.
        return EMPTY_SLICE
    file = segment.file(log.open_files)
    return LogSlice(file.fd, place.position, size, place.base_offset, file)


def offset_by_timestamp(log: Log, timestamp: int) -> RecordPlace | None:
    """The first record at or above the log start whose timestamp is not below `timestamp`.

    As in Kafka only the first segment that can hold one is looked at: when all that is young
    enough there lies below the log start, nothing is found, whatever follows.
    """
    for segment in log.segments:
        if segment.max_timestamp >= timestamp:
            return _first_not_older(log, segment, timestamp)
    return None


def offset_of_max_timestamp(log: Log) -> RecordPlace | None:
    """The first record that carries the largest timestamp of the log.

    That is the first record of all when none has a timestamp.
    """
    newest = max(log.segments, key=lambda segment: segment.max_timestamp, default=None)
    if newest is None:
        return None
    return _first_not_older(log, newest, newest.max_timestamp)


def aborted_transactions(log: Log, start: int, end: int) -> list[AbortedTransaction]:
    """Aborted transactions that overlap start..end, in the order of their ends, as in Kafka.

    An entry whose last stable offset is at or above `end` says that no later entry can overlap.
    """
    found: list[AbortedTransaction] = []
    bases = [segment.base_offset for segment in log.segments]
    for segment in log.segments[max(bisect_right(bases, start) - 1, 0) :]:
        for transaction in segment.aborted_transactions(log.open_files):
            if transaction.last_offset >= start and transaction.first_offset < end:
                found.append(transaction)
            if transaction.last_stable_offset >= end:
                return found
    return found


def _first_not_older(log: Log, segment: Segment, timestamp: int) -> RecordPlace | None:
    open_files = log.open_files
    # An entry of exactly this age may be preceded by an older batch only, never by one as old:
    # timestamps in the index ascend strictly.
    relative_offset = segment.time_index(open_files).relative_offset_before(timestamp - 1)
    offset = max(segment.base_offset + relative_offset, log.log_start_offset)
    place = segment.locate(offset, open_files)
    if place is None:
        return None
    file = segment.file(open_files)
    for position, header in headers(
        open_files.files, file.fd, position=place.position, end=segment.size
    ):
        if header.max_timestamp < timestamp or header.last_offset < log.log_start_offset:
            continue
        batch = read_batch(open_files.files, file.fd, position, header.size_in_bytes)
        try:
            records = read_records(batch)
        except ProtocolError as error:
            raise ApiError(
                ErrorCode.CORRUPT_MESSAGE, f"batch at {header.base_offset} of {log.folder}: {error}"
            ) from error
        record = _first_record(records, timestamp, log.log_start_offset)
        if record is not None:
            return RecordPlace(record.offset, record.timestamp, header.partition_leader_epoch)
    return None


def _first_record(records: list[Record], timestamp: int, start_offset: int) -> Record | None:
    for record in records:
        if record.timestamp >= timestamp and record.offset >= start_offset:
            return record
    return None
