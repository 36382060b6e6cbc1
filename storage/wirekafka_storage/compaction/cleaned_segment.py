"""The new segment: batches are written to a `.cleaned` file, and indexes as a log would write them.

Nothing is used before all of it is synced and renamed, so the order of the writes does not matter.
"""

from __future__ import annotations

import contextlib
from collections.abc import Sequence

from wirekafka_storage import transaction_index
from wirekafka_storage.compaction.job import CleanedGroup
from wirekafka_storage.filenames import (
    CLEANED,
    LOG,
    OFFSET_INDEX,
    SEGMENT_SUFFIXES,
    TIME_INDEX,
    TRANSACTION_INDEX,
    segment_file,
)
from wirekafka_storage.files import APPEND, Buffer, FileSystem, OpenFile, write_all
from wirekafka_storage.offset_index import OffsetIndex
from wirekafka_storage.segment import NO_TIMESTAMP
from wirekafka_storage.staged import UNKNOWN_AGE
from wirekafka_storage.time_index import TimeIndex
from wirekafka_storage.transaction_index import AbortedTransaction

_WRITE_BYTES = 1 << 20
"""Batches are written this much at a time."""


class CleanedSegment:
    """See the module. Made for one group of old segments."""

    def __init__(
        self,
        files: FileSystem,
        folder: str,
        sources: Sequence[int],
        *,
        index_interval_bytes: int,
        last_offset_expected: int,
    ) -> None:
        self._files = files
        self._folder = folder
        self._sources = tuple(sources)
        self._base_offset = sources[0]
        self._interval = index_interval_bytes
        self._offset_index = OffsetIndex()
        self._time_index = TimeIndex()
        self._since_index = 0
        self._first_timestamp = NO_TIMESTAMP
        self._max_timestamp = NO_TIMESTAMP
        self._max_timestamp_offset = self._base_offset
        self._indexed_timestamp = NO_TIMESTAMP
        self._buffers: list[Buffer] = []
        self._buffered = 0
        self._written = 0
        assert last_offset_expected - self._base_offset < 2**31, "offsets do not fit the index"
        discard_files(files, folder, self._base_offset)
        self._file = OpenFile(files, files.open(self._path(LOG), APPEND))

    @property
    def size(self) -> int:
        """Bytes of all batches so far."""
        return self._written + self._buffered

    def add(self, batch: Buffer, size: int, last_offset: int, max_timestamp: int) -> None:
        """The next batch. The buffer must stay as it is until `flush` or `finish`."""
        position = self._written + self._buffered
        if not position:
            self._first_timestamp = max_timestamp if max_timestamp >= 0 else UNKNOWN_AGE
        if max_timestamp > self._max_timestamp:
            self._max_timestamp = max_timestamp
            self._max_timestamp_offset = last_offset
        if self._since_index > self._interval:
            self._offset_index.append(last_offset - self._base_offset, position)
            self._index_time()
            self._since_index = 0
        self._since_index += size
        self._buffers.append(batch)
        self._buffered += size
        if self._buffered >= _WRITE_BYTES:
            self.flush()

    def flush(self) -> None:
        """Write what was added. Raises OSError."""
        if self._buffers:
            write_all(self._files, self._file.fd, self._buffers, self._buffered)
            self._written += self._buffered
            self._buffers.clear()
            self._buffered = 0

    def finish(self, aborted: Sequence[AbortedTransaction], modified_ms: int) -> CleanedGroup:
        """Write the rest and the indexes, sync everything. Raises OSError."""
        self.flush()
        self._index_time()
        self._write_index(OFFSET_INDEX, self._offset_index.encode())
        self._write_index(TIME_INDEX, self._time_index.encode())
        if aborted:
            self._write_index(TRANSACTION_INDEX, transaction_index.encode(aborted))
        self._files.fsync(self._file.fd)
        self._files.set_modified_ms(self._path(LOG), modified_ms)
        self._files.fsync_directory(self._folder)
        return CleanedGroup(
            self._sources,
            self._written,
            self._first_timestamp,
            self._max_timestamp,
            self._max_timestamp_offset,
            len(self._offset_index),
            len(self._time_index),
            self._indexed_timestamp,
            modified_ms,
        )

    def _index_time(self) -> None:
        if self._max_timestamp > self._indexed_timestamp:
            self._indexed_timestamp = self._max_timestamp
            relative_offset = self._max_timestamp_offset - self._base_offset
            self._time_index.append(self._max_timestamp, relative_offset)

    def _write_index(self, suffix: str, content: bytes) -> None:
        file = OpenFile(self._files, self._files.open(self._path(suffix), APPEND))
        if content:
            write_all(self._files, file.fd, [content], len(content))
        self._files.fsync(file.fd)

    def _path(self, suffix: str) -> str:
        return f"{self._folder}/{segment_file(self._base_offset, suffix)}{CLEANED}"


def discard_files(files: FileSystem, folder: str, base_offset: int) -> None:
    """Remove what a run that was cut short left of this segment."""
    for suffix in SEGMENT_SUFFIXES:
        with contextlib.suppress(FileNotFoundError):
            files.unlink(f"{folder}/{segment_file(base_offset, suffix)}{CLEANED}")
