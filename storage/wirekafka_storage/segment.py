"""One segment of a log: its `.log` file and the indexes beside it.

A segment is an object in memory before it is a file: the log stages batches for it, and `create`
makes the files at the first write. `size` is what was written; everything else (timestamps, index
counters) may run ahead of it by what is staged, because after a failed write nothing in memory is
used again.

Indexes are read from disk when something is looked up. An entry is appended to the file at once,
and to the arrays only if they are loaded, so both always agree.

The active segment holds its file open. A sealed one takes it from the bounded `OpenFiles`.

Source: Kafka's `LogSegment`.
"""

from __future__ import annotations

import logging
import struct
from collections.abc import Sequence
from typing import NamedTuple

from wirekafka_storage import offset_index, time_index, transaction_index
from wirekafka_storage.batch_scan import BatchPlace, locate
from wirekafka_storage.errors import CorruptFile
from wirekafka_storage.filenames import (
    LOG,
    OFFSET_INDEX,
    TIME_INDEX,
    TRANSACTION_INDEX,
    segment_file,
)
from wirekafka_storage.files import (
    APPEND,
    READ,
    OpenFile,
    OpenFiles,
    open_new,
    read_file,
    write_all,
)
from wirekafka_storage.offset_index import OffsetIndex
from wirekafka_storage.time_index import TimeIndex
from wirekafka_storage.transaction_index import AbortedTransaction

logger = logging.getLogger("wirekafka_storage")

NO_TIMESTAMP = -1
_OFFSET_ENTRY = struct.Struct(">ii")


class IndexEntry(NamedTuple):
    """One place where both indexes get an entry, before the batch at `position`."""

    last_offset: int
    position: int
    max_timestamp: int
    max_timestamp_offset: int


class Segment:
    """See the module."""

    __slots__ = (
        "aborted",
        "base_offset",
        "bytes_since_index",
        "created_ms",
        "directory",
        "first_timestamp",
        "held",
        "index_entries",
        "indexed_timestamp",
        "loaded_offset_index",
        "loaded_time_index",
        "max_timestamp",
        "max_timestamp_offset",
        "size",
        "time_entries",
    )

    def __init__(self, directory: str, base_offset: int, created_ms: int) -> None:
        self.directory = directory
        self.base_offset = base_offset
        self.created_ms = created_ms
        self.size = 0
        self.held: OpenFile | None = None
        """The open `.log`, as long as this is the active segment."""
        self.first_timestamp = NO_TIMESTAMP
        """Largest timestamp of the first batch: the age of a segment is measured from there."""
        self.max_timestamp = NO_TIMESTAMP
        self.max_timestamp_offset = base_offset
        self.indexed_timestamp = NO_TIMESTAMP
        """Timestamp of the last entry in the time index."""
        self.bytes_since_index = 0
        self.index_entries = 0
        self.time_entries = 0
        self.loaded_offset_index: OffsetIndex | None = None
        self.loaded_time_index: TimeIndex | None = None
        self.aborted: list[AbortedTransaction] | None = None
        """Content of the `.txnindex` once it was read."""

    def path(self, suffix: str) -> str:
        return f"{self.directory}/{segment_file(self.base_offset, suffix)}"

    def create(self, open_files: OpenFiles) -> OpenFile:
        """Make the `.log` of a new segment, which stays open.

        The index files come with their first entry, or when the log is synced: creating files is
        most of what the first record of a partition costs.
        """
        self.held = open_new(open_files.files, self.path(LOG))
        return self.held

    def open_active(self, open_files: OpenFiles) -> OpenFile:
        """The `.log` of the active segment, open for writing and reading, and held."""
        if self.held is None:
            open_files.drop(self.path(LOG))
            self.held = open_new(open_files.files, self.path(LOG))
        return self.held

    def file(self, open_files: OpenFiles) -> OpenFile:
        """The `.log`, open for reading at least."""
        return self.held or open_files.get(self.path(LOG), READ)

    def append_index_entries(self, entries: Sequence[IndexEntry], open_files: OpenFiles) -> None:
        """Append entries for batches that are written. The counters were raised by the caller."""
        pairs = [(entry[0] - self.base_offset, entry[1]) for entry in entries]
        self._append(OFFSET_INDEX, b"".join([_OFFSET_ENTRY.pack(*p) for p in pairs]), open_files)
        if self.loaded_offset_index is not None:
            for pair in pairs:
                self.loaded_offset_index.append(*pair)
        times = []
        for entry in entries:
            if entry.max_timestamp > self.indexed_timestamp:
                self.indexed_timestamp = entry.max_timestamp
                times.append((entry.max_timestamp, entry.max_timestamp_offset - self.base_offset))
        if times:
            self._append_times(times, open_files)

    def append_last_time(self, open_files: OpenFiles) -> None:
        """Make the time index end with the segment's largest timestamp (at roll and close)."""
        if self.max_timestamp > self.indexed_timestamp:
            self.indexed_timestamp = self.max_timestamp
            relative_offset = self.max_timestamp_offset - self.base_offset
            self._append_times([(self.max_timestamp, relative_offset)], open_files)
            self.time_entries += 1

    def append_aborted(
        self, transactions: Sequence[AbortedTransaction], open_files: OpenFiles
    ) -> None:
        """Append aborted transactions whose marker is written."""
        self._append(TRANSACTION_INDEX, transaction_index.encode(transactions), open_files)
        if self.aborted is not None:
            self.aborted.extend(transactions)

    def release(self, open_files: OpenFiles) -> None:
        """This is no longer the active segment: its file goes to the bounded cache."""
        if self.held is not None:
            open_files.put(self.path(LOG), self.held)
            self.held = None

    def forget_files(self, open_files: OpenFiles) -> None:
        """The files are about to be renamed or closed: keep no descriptor of them."""
        self.held = None
        for suffix in (LOG, OFFSET_INDEX, TIME_INDEX, TRANSACTION_INDEX):
            open_files.drop(self.path(suffix))

    def offset_index(self, open_files: OpenFiles) -> OffsetIndex:
        index = self.loaded_offset_index
        if index is None:
            index = OffsetIndex()
            if self.index_entries:
                path = self.path(OFFSET_INDEX)
                try:
                    content = read_file(open_files.files, path)
                    index = offset_index.decode(content, log_size=self.size)
                except CorruptFile as error:
                    # Look-ups stay right without it, they only scan further.
                    logger.warning("index ignored path=%s error=%s", path, error)
            self.loaded_offset_index = index
        return index

    def time_index(self, open_files: OpenFiles) -> TimeIndex:
        index = self.loaded_time_index
        if index is None:
            index = TimeIndex()
            if self.time_entries:
                path = self.path(TIME_INDEX)
                try:
                    index = time_index.decode(read_file(open_files.files, path))
                except CorruptFile as error:
                    logger.warning("index ignored path=%s error=%s", path, error)
            self.loaded_time_index = index
        return index

    def aborted_transactions(self, open_files: OpenFiles) -> list[AbortedTransaction]:
        if self.aborted is None:
            try:
                content = read_file(open_files.files, self.path(TRANSACTION_INDEX))
            except FileNotFoundError:
                content = b""
            self.aborted = transaction_index.decode(content, base_offset=self.base_offset)
        return self.aborted

    def locate(self, offset: int, open_files: OpenFiles) -> BatchPlace | None:
        """The batch that holds the offset, or the first one behind it in this segment."""
        start = 0
        if self.index_entries and offset > self.base_offset:
            start = self.offset_index(open_files).position_before(offset - self.base_offset)
        fd = self.file(open_files).fd
        return locate(open_files.files, fd, offset, position=start, end=self.size)

    def _append(self, suffix: str, content: bytes, open_files: OpenFiles) -> None:
        file = open_files.get(self.path(suffix), APPEND)
        write_all(open_files.files, file.fd, [content], len(content))

    def _append_times(self, times: list[tuple[int, int]], open_files: OpenFiles) -> None:
        content = b"".join([time_index.ENTRY.pack(*time) for time in times])
        self._append(TIME_INDEX, content, open_files)
        if self.loaded_time_index is not None:
            for time in times:
                self.loaded_time_index.append(*time)
