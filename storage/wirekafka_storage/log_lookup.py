"""Look-ups in a log besides reading: by timestamp, and aborted transactions.

Both walk from segment to segment with the indexes and open batches only at the place they found.
Source: Kafka's `UnifiedLog.fetchOffsetByTimestamp`, `LogSegment.findOffsetByTimestamp`,
`LocalLog.collectAbortedTransactions`.
"""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING, NamedTuple

from wirekafka_protocol.records.record import Record, read_records

from wirekafka_storage.batch_scan import headers, read_batch
from wirekafka_storage.segment import Segment
from wirekafka_storage.transaction_index import AbortedTransaction

if TYPE_CHECKING:
    from wirekafka_storage.log import Log


class RecordPlace(NamedTuple):
    """A record found by its timestamp."""

    offset: int
    timestamp: int
    leader_epoch: int


def offset_by_timestamp(log: Log, timestamp: int) -> RecordPlace | None:
    """The first record at or above the log start whose timestamp is not below `timestamp`."""
    for segment in log.segments:
        if segment.max_timestamp < timestamp:
            continue
        found = _first_not_older(log, segment, timestamp)
        if found is not None:
            return found
    return None


def offset_of_max_timestamp(log: Log) -> RecordPlace | None:
    """The first record that carries the largest timestamp of the log."""
    newest = max(log.segments, key=lambda segment: segment.max_timestamp, default=None)
    if newest is None or newest.max_timestamp < 0:
        return None
    return _first_not_older(log, newest, newest.max_timestamp)


def aborted_transactions(log: Log, start: int, end: int) -> list[AbortedTransaction]:
    """Aborted transactions that overlap start..end, by first offset.

    An entry whose last stable offset is at or above `end` says that no later entry can overlap.
    """
    found: list[AbortedTransaction] = []
    bases = [segment.base_offset for segment in log.segments]
    for segment in log.segments[max(bisect_right(bases, start) - 1, 0) :]:
        for transaction in segment.aborted_transactions(log.open_files):
            if transaction.last_offset >= start and transaction.first_offset < end:
                found.append(transaction)
            if transaction.last_stable_offset >= end:
                return sorted(found, key=_first_offset)
    return sorted(found, key=_first_offset)


def _first_offset(transaction: AbortedTransaction) -> int:
    return transaction.first_offset


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
        record = _first_record(read_records(batch), timestamp, log.log_start_offset)
        if record is not None:
            return RecordPlace(record.offset, record.timestamp, header.partition_leader_epoch)
    return None


def _first_record(records: list[Record], timestamp: int, start_offset: int) -> Record | None:
    for record in records:
        if record.timestamp >= timestamp and record.offset >= start_offset:
            return record
    return None
