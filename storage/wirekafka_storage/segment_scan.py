"""Reads a segment, checks every batch, and writes its indexes anew.

A batch is good when its length fits the file, its magic is 2, its offsets do not go back and its
CRC is right. The scan ends at the first one that is not. Per batch: one unpack, one CRC and a few
comparisons on a buffer that is used again and again. Of a producer only the
last batches matter, between its transactions' ends; so these are handed on after each buffer.

The scan may begin behind a part that is known to be good (trusted_part.py); its index entries are
kept.
"""

from __future__ import annotations

import contextlib
import struct
from collections import deque
from typing import NamedTuple

from wirekafka_protocol.records.batch import (
    ATTRIBUTES_POSITION,
    CONTROL_BIT,
    HEADER,
    HEADER_BYTES,
    LOG_OVERHEAD_BYTES,
    MAGIC,
    TRANSACTIONAL_BIT,
    read_header,
)
from wirekafka_protocol.records.crc import crc32c

from wirekafka_storage import transaction_index
from wirekafka_storage.batch_scan import SMALLEST_LENGTH
from wirekafka_storage.epochs import LeaderEpochs
from wirekafka_storage.filenames import OFFSET_INDEX, TIME_INDEX, TRANSACTION_INDEX
from wirekafka_storage.files import OpenFiles, create_file
from wirekafka_storage.offset_index import OffsetIndex
from wirekafka_storage.producer_batches import replay_batch
from wirekafka_storage.producer_state import (
    BATCHES_REMEMBERED,
    LAST_SEQUENCE,
    ProducedBatch,
    ProducerState,
)
from wirekafka_storage.segment import NO_TIMESTAMP, Segment
from wirekafka_storage.staged import LARGEST_RELATIVE_OFFSET, UNKNOWN_AGE
from wirekafka_storage.time_index import TimeIndex
from wirekafka_storage.transaction_index import AbortedTransaction
from wirekafka_storage.trusted_part import TrustedPart

_BUFFER_BYTES = 4 << 20
"""Bytes per read: enough that the disk and the CRC are the limit, and no more."""
_CHECKED = struct.Struct(">qiibIhi8xqqhi")
"""The header without base timestamp and record count."""
_IN_TRANSACTION = CONTROL_BIT | TRANSACTIONAL_BIT
_Checked = tuple[int, int, int, int, int, int, int, int, int, int, int]
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
        "_indexed_position",
        "_offset_index",
        "_producers",
        "_producers_from",
        "_recent",
        "_segment",
        "_start",
        "_time_index",
    )

    def __init__(
        self,
        segment: Segment,
        *,
        index_interval_bytes: int,
        producers: ProducerState,
        epochs: LeaderEpochs,
        trusted: TrustedPart | None = None,
    ) -> None:
        self._segment = segment
        self._index_interval_bytes = index_interval_bytes
        self._producers = producers
        self._epochs = epochs
        self._recent: dict[int, deque[_Checked]] = {}
        """By producer: batches that `producers` does not know yet."""
        if trusted is None:
            self._start, self._indexed_position = (0, segment.base_offset), 0
            self._producers_from = segment.base_offset
            self._offset_index = OffsetIndex()
            self._time_index = TimeIndex()
            self._aborted: list[AbortedTransaction] = []
            segment.max_timestamp = segment.indexed_timestamp = NO_TIMESTAMP
            segment.max_timestamp_offset = segment.base_offset
        else:
            self._start = (trusted.end_position, trusted.end_offset)
            self._indexed_position = trusted.offset_index.positions[-1]
            self._producers_from = trusted.producers_offset
            self._offset_index = trusted.offset_index
            self._time_index = trusted.time_index
            self._aborted = trusted.aborted
            segment.first_timestamp = trusted.first_timestamp
            segment.max_timestamp = segment.indexed_timestamp = trusted.max_timestamp
            segment.max_timestamp_offset = trusted.max_timestamp_offset

    def run(self, open_files: OpenFiles) -> ScanResult:
        """Check every batch; bring producers and epochs up to date."""
        segment = self._segment
        fd = segment.file(open_files).fd
        position, next_offset = self._start
        buffer = bytearray(min(_BUFFER_BYTES, max(segment.size - position, HEADER_BYTES)))
        problem: str | None = None
        while position < segment.size:
            have = _fill(open_files, fd, buffer, position, segment.size)
            at, next_offset, problem = self._check(buffer, have, position, next_offset)
            if position == 0 < at:
                timestamp = read_header(buffer).max_timestamp
                segment.first_timestamp = timestamp if timestamp >= 0 else UNKNOWN_AGE
            position += at
            if problem is not None:
                break
            if at == 0:
                wanted = _whole_size(buffer, have)
                if position + wanted > segment.size or have < HEADER_BYTES:
                    problem = f"a torn batch of {segment.size - position} bytes"
                    break
                buffer = bytearray(wanted)
        segment.bytes_since_index = position - self._indexed_position
        return ScanResult(position, next_offset, problem)

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
        unpack = _CHECKED.unpack_from
        latest_epoch = self._epochs.latest
        interval = self._index_interval_bytes
        unindexed_end = self._indexed_position + interval - position
        max_timestamp = segment.max_timestamp
        recent = self._recent
        highest = segment.base_offset + LARGEST_RELATIVE_OFFSET
        problem: str | None = None
        at, last = 0, have - HEADER_BYTES
        while at <= last:
            fields = unpack(buffer, at)
            (base_offset, length, leader_epoch, magic, crc, attributes, last_offset_delta,
             timestamp, producer_id, _, _) = fields  # fmt: skip
            if magic != MAGIC or length < SMALLEST_LENGTH:
                problem = f"no batch at position {position + at}"
                break
            end = at + length + LOG_OVERHEAD_BYTES
            if end > have:
                break
            last_offset = base_offset + last_offset_delta
            if not next_offset <= base_offset <= last_offset <= highest:
                # The CRC does not cover the base offset.
                what = "is too far" if last_offset > highest else "goes back"
                problem = f"offset {base_offset} at position {position + at} {what}"
                break
            if crc32c(view[at + ATTRIBUTES_POSITION : end]) != crc:
                problem = f"a wrong CRC at offset {base_offset}"
                break
            next_offset = last_offset + 1
            if timestamp > max_timestamp:
                segment.max_timestamp = max_timestamp = timestamp
                segment.max_timestamp_offset = last_offset
            if at > unindexed_end:
                self._index(last_offset, position + at)
                unindexed_end = at + interval
            if leader_epoch > latest_epoch:
                self._epochs.assign(leader_epoch, base_offset)
                latest_epoch = leader_epoch
            if producer_id >= 0 and last_offset >= self._producers_from:
                if attributes & _IN_TRANSACTION and self._changes_transaction(
                    producer_id, attributes
                ):
                    self._replay(producer_id, view[at:end])
                elif producer_id in recent:
                    recent[producer_id].append(fields)
                else:
                    recent[producer_id] = deque([fields], BATCHES_REMEMBERED)
            at = end
        for producer_id in list(recent):
            self._apply_recent(producer_id)
        return at, next_offset, problem

    def _index(self, last_offset: int, position: int) -> None:
        segment = self._segment
        self._offset_index.append(last_offset - segment.base_offset, position)
        if segment.max_timestamp > segment.indexed_timestamp:
            segment.indexed_timestamp = segment.max_timestamp
            relative_offset = segment.max_timestamp_offset - segment.base_offset
            self._time_index.append(segment.max_timestamp, relative_offset)
        self._indexed_position = position

    def _changes_transaction(self, producer_id: int, attributes: int) -> bool:
        entry = self._producers.producers.get(producer_id)
        is_open = entry is not None and entry.transaction_first_offset >= 0
        return attributes & CONTROL_BIT != 0 or not is_open

    def _replay(self, producer_id: int, batch: memoryview) -> None:
        """The first batch of a transaction, or its end."""
        self._apply_recent(producer_id)
        aborted = replay_batch(self._producers, read_header(batch), batch)
        if aborted is not None:
            self._aborted.append(aborted)

    def _apply_recent(self, producer_id: int) -> None:
        for fields in self._recent.pop(producer_id, ()):
            (base_offset, _, _, _, _, _, last_offset_delta,
             timestamp, _, producer_epoch, base_sequence) = fields  # fmt: skip
            last_sequence = base_sequence + last_offset_delta & LAST_SEQUENCE
            last_offset = base_offset + last_offset_delta
            self._producers.append_data(
                producer_id,
                producer_epoch,
                _new_tuple(
                    ProducedBatch,
                    (base_sequence, last_sequence, base_offset, last_offset, timestamp),
                ),
                is_transactional=False,
            )


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
