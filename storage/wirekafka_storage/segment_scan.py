"""Reads a whole segment, checks every batch, and writes its indexes anew.

A batch is good when its length fits the file, its magic is 2, its offsets do not go back and its
CRC is right. The scan ends at the first one that is not. Per batch: one unpack, one CRC and a few
comparisons on a buffer that is used again and again.
"""

from __future__ import annotations

import contextlib
from typing import NamedTuple

from wirekafka_protocol.records.batch import (
    ATTRIBUTES_POSITION,
    CONTROL_BIT,
    HEADER,
    HEADER_BYTES,
    LOG_OVERHEAD_BYTES,
    MAGIC,
    TRANSACTIONAL_BIT,
    BatchHeader,
)
from wirekafka_protocol.records.crc import crc32c

from wirekafka_storage import transaction_index
from wirekafka_storage.epochs import LeaderEpochs
from wirekafka_storage.filenames import OFFSET_INDEX, TIME_INDEX, TRANSACTION_INDEX
from wirekafka_storage.files import OpenFiles, create_file
from wirekafka_storage.offset_index import OffsetIndex
from wirekafka_storage.producer_batches import replay_batch
from wirekafka_storage.producer_state import LAST_SEQUENCE, ProducedBatch, ProducerState
from wirekafka_storage.segment import NO_TIMESTAMP, Segment
from wirekafka_storage.staged import LARGEST_RELATIVE_OFFSET, UNKNOWN_AGE
from wirekafka_storage.time_index import TimeIndex
from wirekafka_storage.transaction_index import AbortedTransaction

_BUFFER_BYTES = 4 << 20
"""Bytes per read: enough that the disk and the CRC are the limit, and no more."""
_new_tuple = tuple.__new__


class ScanResult(NamedTuple):
    """How far a segment is good."""

    valid_bytes: int
    next_offset: int
    problem: str | None
    """Why the scan ended before the end of the file; None when it did not."""


class SegmentScan:
    """One pass over one segment; keeps what the indexes are made of."""

    __slots__ = (
        "_aborted",
        "_epochs",
        "_index_interval_bytes",
        "_offset_index",
        "_producers",
        "_segment",
        "_time_index",
    )

    def __init__(
        self,
        segment: Segment,
        *,
        index_interval_bytes: int,
        producers: ProducerState,
        epochs: LeaderEpochs,
    ) -> None:
        self._segment = segment
        self._index_interval_bytes = index_interval_bytes
        self._producers = producers
        self._epochs = epochs
        self._offset_index = OffsetIndex()
        self._time_index = TimeIndex()
        self._aborted: list[AbortedTransaction] = []
        segment.max_timestamp = segment.indexed_timestamp = NO_TIMESTAMP
        segment.max_timestamp_offset = segment.base_offset
        segment.bytes_since_index = 0

    def run(self, open_files: OpenFiles) -> ScanResult:
        """Check every batch; bring producers and epochs up to date."""
        segment = self._segment
        fd = segment.file(open_files).fd
        buffer = bytearray(min(_BUFFER_BYTES, max(segment.size, HEADER_BYTES)))
        position, next_offset = 0, segment.base_offset
        problem: str | None = None
        while position < segment.size:
            have = _fill(open_files, fd, buffer, position, segment.size)
            at, next_offset, problem = self._check(buffer, have, position, next_offset)
            if problem is not None:
                return ScanResult(position + at, next_offset, problem)
            if at == 0:
                wanted = _whole_size(buffer, have)
                if position + wanted > segment.size or have < HEADER_BYTES:
                    problem = f"a torn batch of {segment.size - position} bytes"
                    return ScanResult(position, next_offset, problem)
                buffer = bytearray(wanted)
            position += at
        return ScanResult(position, next_offset, None)

    def write_indexes(self, open_files: OpenFiles) -> None:
        """Replace the index files of the segment. Raises OSError."""
        segment = self._segment
        files = open_files.files
        for suffix in (OFFSET_INDEX, TIME_INDEX, TRANSACTION_INDEX):
            open_files.drop(segment.path(suffix))
        create_file(files, segment.path(OFFSET_INDEX), self._offset_index.encode())
        create_file(files, segment.path(TIME_INDEX), self._time_index.encode())
        if self._aborted:
            content = transaction_index.encode(self._aborted)
            create_file(files, segment.path(TRANSACTION_INDEX), content)
        else:
            with contextlib.suppress(FileNotFoundError):
                files.unlink(segment.path(TRANSACTION_INDEX))
        segment.index_entries = len(self._offset_index)
        segment.time_entries = len(self._time_index)
        segment.indexed_timestamp = self._time_index.timestamps[-1] if self._time_index else -1
        segment.loaded_offset_index = segment.loaded_time_index = segment.aborted = None

    def _check(
        self, buffer: bytearray, have: int, position: int, next_offset: int
    ) -> tuple[int, int, str | None]:
        """Check the whole batches in the buffer; (bytes that are good, next offset, problem)."""
        segment = self._segment
        view = memoryview(buffer)
        unpack = HEADER.unpack_from
        append_data = self._producers.append_data
        latest_epoch = self._epochs.latest
        interval = self._index_interval_bytes
        highest = segment.base_offset + LARGEST_RELATIVE_OFFSET
        at = 0
        while at + HEADER_BYTES <= have:
            fields = unpack(buffer, at)
            (base_offset, length, leader_epoch, magic, crc, attributes, last_offset_delta, _,
             timestamp, producer_id, producer_epoch, base_sequence, _) = fields  # fmt: skip
            size = length + LOG_OVERHEAD_BYTES
            if magic != MAGIC or size < HEADER_BYTES:
                return at, next_offset, f"no batch at position {position + at}"
            if at + size > have:
                break
            if base_offset < next_offset or last_offset_delta < 0:
                return (
                    at,
                    next_offset,
                    f"offset {base_offset} at position {position + at} goes back",
                )
            if base_offset + last_offset_delta > highest:  # the CRC does not cover the base
                problem = f"offset {base_offset} at position {position + at} is too far"
                return at, next_offset, problem
            if crc32c(view[at + ATTRIBUTES_POSITION : at + size]) != crc:
                return at, next_offset, f"a wrong CRC at offset {base_offset}"
            next_offset = base_offset + last_offset_delta + 1
            if position + at == 0:
                segment.first_timestamp = timestamp if timestamp >= 0 else UNKNOWN_AGE
            if timestamp > segment.max_timestamp:
                segment.max_timestamp = timestamp
                segment.max_timestamp_offset = next_offset - 1
            if segment.bytes_since_index > interval:
                self._index(next_offset - 1, position + at)
            segment.bytes_since_index += size
            if leader_epoch > latest_epoch:
                self._epochs.assign(leader_epoch, base_offset)
                latest_epoch = leader_epoch
            if producer_id >= 0:
                if attributes & CONTROL_BIT:
                    self._replay_control(BatchHeader._make(fields), view[at : at + size])
                else:
                    last_sequence = base_sequence + last_offset_delta & LAST_SEQUENCE
                    append_data(
                        producer_id,
                        producer_epoch,
                        _new_tuple(
                            ProducedBatch,
                            (base_sequence, last_sequence, base_offset, next_offset - 1, timestamp),
                        ),
                        is_transactional=attributes & TRANSACTIONAL_BIT != 0,
                    )
            at += size
        return at, next_offset, None

    def _index(self, last_offset: int, position: int) -> None:
        segment = self._segment
        self._offset_index.append(last_offset - segment.base_offset, position)
        if segment.max_timestamp > segment.indexed_timestamp:
            segment.indexed_timestamp = segment.max_timestamp
            relative_offset = segment.max_timestamp_offset - segment.base_offset
            self._time_index.append(segment.max_timestamp, relative_offset)
        segment.bytes_since_index = 0

    def _replay_control(self, header: BatchHeader, batch: memoryview) -> None:
        aborted = replay_batch(self._producers, header, batch)
        if aborted is not None:
            self._aborted.append(aborted)


def _fill(open_files: OpenFiles, fd: int, buffer: bytearray, position: int, end: int) -> int:
    """Read as much as fits; returns how many bytes are there."""
    view = memoryview(buffer)[: max(end - position, 0)]
    have = 0
    while have < len(view):
        count = open_files.files.preadv(fd, [view[have:]], position + have)
        if count == 0:
            break
        have += count
    return have


def _whole_size(buffer: bytearray, have: int) -> int:
    """Size of the batch at the start of the buffer, which is too small for it."""
    if have < HEADER_BYTES:
        return HEADER_BYTES
    return int(HEADER.unpack_from(buffer)[1]) + LOG_OVERHEAD_BYTES
