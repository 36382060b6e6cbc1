"""One run: read the dirty part for the last offset of each key, then write every segment anew.

A function over files. It reads sealed segments, which nobody changes, and writes `.cleaned` files;
the broker is told of each group of segments as soon as its files are synced. Every batch that is
read has its CRC checked: what is rewritten gets a new one, which must not cover up a fault.

Segments are grouped so that what comes out is not larger than segment.bytes: compacting again and
again would else leave ever smaller files. Batches of which everything stays are copied as they
are, neighbours in one piece.

Source: Kafka's `Cleaner`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from wirekafka_protocol.errors import ProtocolError
from wirekafka_protocol.records.batch import (
    ATTRIBUTES_POSITION,
    CONTROL_BIT,
    HEADER_BYTES,
    LOG_OVERHEAD_BYTES,
    MAGIC,
    MAX_TIMESTAMP_POSITION,
    TRANSACTIONAL_BIT,
    BatchHeader,
    read_header,
)
from wirekafka_protocol.records.control import ControlType, control_type
from wirekafka_protocol.records.crc import crc32c
from wirekafka_protocol.records.record import parse_records

from wirekafka_storage.compaction.batch_filter import BatchFilter, plain_part
from wirekafka_storage.compaction.cleaned_segment import CleanedSegment
from wirekafka_storage.compaction.columns import read_columns
from wirekafka_storage.compaction.job import (
    CleanedGroup,
    CompactionJob,
    CompactionResult,
    SourceSegment,
)
from wirekafka_storage.compaction.key_offsets import KeyOffsets
from wirekafka_storage.compaction.transactions import TransactionPass
from wirekafka_storage.errors import CorruptFile
from wirekafka_storage.filenames import LOG, segment_file
from wirekafka_storage.files import READ, FileSystem, OpenFile

_SMALLEST_READ = 1 << 16

Throttle = Callable[[int], None]
"""Told of every number of bytes read or written; may sleep."""


class _Counts:
    """Sums of one run."""

    __slots__ = ("bytes_read", "bytes_written", "records_read", "records_written")

    def __init__(self) -> None:
        self.bytes_read = self.bytes_written = self.records_read = self.records_written = 0


class _Batch(NamedTuple):
    """One batch in a buffer that was read."""

    header: BatchHeader
    data: bytes
    position: int
    size: int


def compact(
    job: CompactionJob,
    files: FileSystem,
    on_group: Callable[[CleanedGroup], None],
    throttle: Throttle,
) -> CompactionResult:
    """Do the job; `on_group` hears of each group whose files are ready.

    Raises CorruptFile when a batch is not what it should be, OSError.
    """
    keys = _map_keys(job, files, throttle)
    keys.seal()
    end_offset = keys.latest_offset + 1
    counts = _Counts()
    transactions = TransactionPass(job.aborted)
    batch_filter = BatchFilter(job, keys, transactions)
    covered = [segment for segment in job.segments if segment.base_offset < end_offset]
    for group in group_segments(job, covered):
        on_group(_clean_group(job, files, group, batch_filter, transactions, counts, throttle))
    return CompactionResult(
        end_offset,
        len(keys),
        counts.bytes_read,
        counts.bytes_written,
        counts.records_read,
        counts.records_written,
        keys.keyless_records + batch_filter.keyless_records,
    )


def group_segments(
    job: CompactionJob, segments: Sequence[SourceSegment]
) -> list[list[SourceSegment]]:
    """Neighbours that fit into one segment: by bytes, by index sizes, and by their offsets."""
    groups: list[list[SourceSegment]] = []
    ends = {
        segment.base_offset: following.base_offset
        for segment, following in zip(job.segments, job.segments[1:], strict=False)
    }
    size = index_bytes = time_index_bytes = 0
    for segment in segments:
        size += segment.size
        index_bytes += segment.index_bytes
        time_index_bytes += segment.time_index_bytes
        end_offset = ends.get(segment.base_offset, job.first_uncleanable_offset)
        fits = groups and (
            size <= job.segment_bytes
            and index_bytes <= job.segment_index_bytes
            and time_index_bytes <= job.segment_index_bytes
            and end_offset - 1 - groups[-1][0].base_offset < 2**31
        )
        if fits:
            groups[-1].append(segment)
            continue
        groups.append([segment])
        size, index_bytes = segment.size, segment.index_bytes
        time_index_bytes = segment.time_index_bytes
    return groups


def _map_keys(job: CompactionJob, files: FileSystem, throttle: Throttle) -> KeyOffsets:
    """Read the dirty part, or as much of it as the map takes."""
    start_offset = job.first_dirty_offset
    keys = KeyOffsets(start_offset, job.map_bytes)
    transactions = TransactionPass(job.aborted)
    ends = [*(segment.base_offset for segment in job.segments), job.first_uncleanable_offset][1:]
    for segment, end_offset in zip(job.segments, ends, strict=True):
        if end_offset <= start_offset:
            continue
        for header, data, position, size in _batches(job, files, segment, throttle):
            if header.last_offset < start_offset:
                continue
            if keys.is_full:
                return keys
            try:
                if header.attributes & CONTROL_BIT:
                    plain, first, last = plain_part(header, data, position, size)
                    kind = _marker_type(header, plain[first:last])
                    transactions.is_needless(header.producer_id, header.last_offset, kind)
                elif not (
                    header.attributes & TRANSACTIONAL_BIT
                    and transactions.is_aborted(header.producer_id, header.last_offset)
                ):
                    plain, first, last = plain_part(header, data, position, size)
                    columns = read_columns(plain, first, last, header.record_count)
                    keys.add(columns, header.base_offset)
            except ProtocolError as error:
                raise _corrupt(job, segment, header, error) from error
            keys.latest_offset = header.last_offset
        # Offsets may be missing at the end of a segment.
        keys.latest_offset = end_offset - 1
    return keys


def _clean_group(
    job: CompactionJob,
    files: FileSystem,
    group: Sequence[SourceSegment],
    batch_filter: BatchFilter,
    transactions: TransactionPass,
    counts: _Counts,
    throttle: Throttle,
) -> CleanedGroup:
    cleaned = CleanedSegment(
        files,
        job.folder,
        [segment.base_offset for segment in group],
        index_interval_bytes=job.index_interval_bytes,
        last_offset_expected=group[-1].base_offset,
    )
    for segment in group:
        counts.bytes_read += segment.size
        for header, data, position, size in _batches(job, files, segment, throttle):
            try:
                fresh, records = batch_filter.apply(header, data, position, size)
            except ProtocolError as error:
                raise _corrupt(job, segment, header, error) from error
            counts.records_read += header.record_count
            counts.records_written += records
            if fresh is None:
                view = memoryview(data)[position : position + size]
                cleaned.add(view, size, header.last_offset, header.max_timestamp)
            elif fresh:
                max_timestamp = int.from_bytes(
                    fresh[MAX_TIMESTAMP_POSITION : MAX_TIMESTAMP_POSITION + 8], "big", signed=True
                )
                cleaned.add(fresh, len(fresh), header.last_offset, max_timestamp)
    kept, transactions.kept = transactions.kept, []
    modified_ms = files.modified_ms(_path(job, group[-1]))
    done = cleaned.finish(kept, modified_ms)
    counts.bytes_written += done.size
    throttle(done.size)
    return done


def _batches(
    job: CompactionJob, files: FileSystem, segment: SourceSegment, throttle: Throttle
) -> Iterator[_Batch]:
    """Every batch of a segment, each CRC checked. Raises CorruptFile, OSError."""
    path = _path(job, segment)
    file = OpenFile(files, files.open(path, READ))
    usual_read = max(job.read_bytes, _SMALLEST_READ)
    position, wanted = 0, usual_read
    while position < segment.size:
        wanted = min(wanted, segment.size - position)
        data = files.pread(file.fd, wanted, position)
        throttle(len(data))
        view = memoryview(data)
        at, have, needed = 0, len(data), 0
        while at + HEADER_BYTES <= have:
            header = read_header(data, at)
            size = header.length + LOG_OVERHEAD_BYTES
            if header.magic != MAGIC or size < HEADER_BYTES:
                raise CorruptFile(f"{path}: no batch at position {position + at}")
            if at + size > have:
                needed = size
                break
            if crc32c(view[at + ATTRIBUTES_POSITION : at + size]) != header.crc:
                raise CorruptFile(f"{path}: wrong CRC at offset {header.base_offset}")
            yield _Batch(header, data, at, size)
            at += size
        if not at:
            if have == segment.size - position or needed <= wanted:
                raise CorruptFile(f"{path}: a torn batch at position {position}")
            wanted = needed
            continue
        position += at
        wanted = usual_read


def _marker_type(header: BatchHeader, plain: bytes) -> ControlType | None:
    records = parse_records(header, plain)
    return control_type(records[0].key) if records else None


def _corrupt(
    job: CompactionJob, segment: SourceSegment, header: BatchHeader, error: ProtocolError
) -> CorruptFile:
    return CorruptFile(f"{_path(job, segment)}: batch at offset {header.base_offset}: {error}")


def _path(job: CompactionJob, segment: SourceSegment) -> str:
    return f"{job.folder}/{segment_file(segment.base_offset, LOG)}"
