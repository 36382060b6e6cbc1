"""What is in a partition's files, as values for a person or a program to look at.

For the command line and for tests: nothing is repaired, a fault is a value like the rest, and a
file that a running broker is writing may be read (its end may then be cut short). Logs are read
batch by batch, so their size does not matter.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import pairwise
from typing import NamedTuple

from wirekafka_protocol.records.batch import (
    HEADER_BYTES,
    MAGIC,
    BatchHeader,
    is_intact,
    read_header,
)
from wirekafka_protocol.records.record import Record, read_records

from wirekafka_storage import producer_snapshot, transaction_index
from wirekafka_storage.files import READ, FileSystem, read_file
from wirekafka_storage.producer_state import ProducerState
from wirekafka_storage.transaction_index import AbortedTransaction

MAX_MESSAGE_BYTES = 5 * 1024 * 1024
"""A batch that claims more is taken for damage; five times the default max.message.bytes."""

_OFFSET_ENTRY = struct.Struct(">ii")
_TIME_ENTRY = struct.Struct(">qi")


class DumpedBatch(NamedTuple):
    """One whole batch of a log, where it is, and whether its checksum is right."""

    position: int
    header: BatchHeader
    data: bytes
    is_valid: bool

    def records(self) -> list[Record]:
        """Raises ProtocolError when the batch cannot be read."""
        return read_records(self.data)


class InvalidBytes(NamedTuple):
    """The end of a log that holds no whole batch."""

    position: int
    size: int
    reason: str


class OffsetEntry(NamedTuple):
    """One entry of an `.index` file: a batch that ends with this offset is at this position."""

    offset: int
    position: int


class TimeEntry(NamedTuple):
    """One entry of a `.timeindex` file: no record up to this offset is later than this time."""

    timestamp: int
    offset: int


def dump_log(
    files: FileSystem,
    path: str,
    *,
    max_bytes: int | None = None,
    max_message_bytes: int = MAX_MESSAGE_BYTES,
) -> Iterator[DumpedBatch | InvalidBytes]:
    """The batches that lie within the first max_bytes of a log; InvalidBytes can only be last."""
    size = files.size(path)
    end = size if max_bytes is None else min(size, max_bytes)
    position = 0
    with _opened(files, path) as fd:
        while position < end:
            found = _read_batch(files, fd, position, size, max_message_bytes)
            if isinstance(found, InvalidBytes):
                yield found
                return
            position += len(found.data)
            if position > end:
                return
            yield found


def dump_offset_index(files: FileSystem, path: str, base_offset: int) -> list[OffsetEntry]:
    """The entries of an `.index` file.

    A broker that was killed leaves its preallocated rest behind: zeros, at which we stop.
    """
    entries: list[OffsetEntry] = []
    for relative, position in _OFFSET_ENTRY.iter_unpack(_whole(files, path, _OFFSET_ENTRY)):
        if entries and not relative:
            break
        entries.append(OffsetEntry(base_offset + relative, position))
    return [] if entries == [OffsetEntry(base_offset, 0)] else entries


def dump_time_index(files: FileSystem, path: str, base_offset: int) -> list[TimeEntry]:
    """The entries of a `.timeindex` file, up to its preallocated rest."""
    entries: list[TimeEntry] = []
    for timestamp, relative in _TIME_ENTRY.iter_unpack(_whole(files, path, _TIME_ENTRY)):
        if not timestamp and not relative:
            break
        entries.append(TimeEntry(timestamp, base_offset + relative))
    return entries


def dump_transaction_index(
    files: FileSystem, path: str, base_offset: int
) -> list[AbortedTransaction]:
    """The entries of a `.txnindex` file. Raises CorruptFile."""
    return transaction_index.decode(read_file(files, path), base_offset=base_offset)


def dump_snapshot(files: FileSystem, path: str) -> ProducerState:
    """The producers in a `.snapshot` file. Raises CorruptFile."""
    return producer_snapshot.decode(read_file(files, path))


def offset_index_faults(files: FileSystem, log_path: str, entries: list[OffsetEntry]) -> list[str]:
    """What the log says against each entry of its offset index; empty when they agree."""
    faults = []
    size = files.size(log_path)
    with _opened(files, log_path) as fd:
        for entry in entries:
            found = _read_batch(files, fd, entry.position, size, MAX_MESSAGE_BYTES)
            if isinstance(found, InvalidBytes):
                faults.append(f"Index offset: {entry.offset}, {found.reason}")
            elif found.header.last_offset != entry.offset:
                log_offset = found.header.last_offset
                faults.append(f"Index offset: {entry.offset}, log offset: {log_offset}")
    return faults


def time_index_faults(files: FileSystem, log_path: str, entries: list[TimeEntry]) -> list[str]:
    """What the log says against each entry of its time index; empty when they agree.

    An entry's time is the largest up to and including the batch with its offset.
    """
    faults = []
    batches = (found for found in dump_log(files, log_path) if isinstance(found, DumpedBatch))
    header: BatchHeader | None = None
    largest = previous = -1
    for entry in sorted(entries, key=lambda entry: entry.offset):
        while header is None or header.last_offset < entry.offset:
            batch = next(batches, None)
            if batch is None:
                break
            header = batch.header
            largest = max(largest, header.max_timestamp)
        if header is None or not header.base_offset <= entry.offset <= header.last_offset:
            faults.append(f"Indexed offset: {entry.offset}, not found in the log")
        elif largest != entry.timestamp:
            faults.append(f"Index timestamp: {entry.timestamp}, log timestamp: {largest}")
    for entry in entries:
        if entry.timestamp <= previous:
            faults.append(
                f"Index timestamp: {entry.timestamp}, Previously indexed timestamp: {previous}"
            )
        previous = entry.timestamp
    return faults


def index_fault(size: int, entries: Sequence[OffsetEntry] | Sequence[TimeEntry]) -> str | None:
    """What a broker finds wrong with an index when it starts; None when it would use it."""
    is_time = bool(entries) and isinstance(entries[0], TimeEntry)
    entry_bytes = _TIME_ENTRY.size if is_time else _OFFSET_ENTRY.size
    if entries and size % entry_bytes:
        return f"{size} bytes are no multiple of {entry_bytes}"
    for earlier, later in pairwise(entries):
        if later[0] <= earlier[0] or later[1] < earlier[1]:
            return f"{later} follows {earlier}"
    return None


def _read_batch(
    files: FileSystem, fd: int, position: int, size: int, max_message_bytes: int
) -> DumpedBatch | InvalidBytes:
    left = size - position
    head = files.pread(fd, HEADER_BYTES, position)
    if len(head) < HEADER_BYTES:
        return InvalidBytes(position, left, f"{len(head)} bytes are no batch header")
    header = read_header(head)
    batch_bytes = header.size_in_bytes
    if header.magic != MAGIC:
        return InvalidBytes(position, left, f"magic {header.magic}")
    if not HEADER_BYTES <= batch_bytes <= max_message_bytes:
        return InvalidBytes(position, left, f"a batch of {batch_bytes} bytes")
    if batch_bytes > left:
        return InvalidBytes(position, left, f"{left} of {batch_bytes} bytes of a batch")
    data = files.pread(fd, batch_bytes, position)
    if len(data) < batch_bytes:
        return InvalidBytes(position, left, "the file became shorter")
    return DumpedBatch(position, header, data, is_intact(data))


def _whole(files: FileSystem, path: str, entry: struct.Struct) -> bytes:
    """The whole entries of a file; the rest of one that is being written is left out."""
    content = read_file(files, path)
    return content[: len(content) // entry.size * entry.size]


@contextmanager
def _opened(files: FileSystem, path: str) -> Iterator[int]:
    fd = files.open(path, READ)
    try:
        yield fd
    finally:
        files.close(fd)
