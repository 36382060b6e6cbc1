"""A second copy of a log as it is now, in another folder, which shares the sealed segments' bytes.

This is a snapshot of the whole log, not Kafka's `.snapshot` file of its producers.

A sealed `.log` is never written again, so it gets a second name (a hard link) and costs nothing.
What is still appended to must not be shared: an active segment that is small is copied; a larger
one is sealed first, in the log itself, and the copy goes on in an empty one as the log does. Index
files are always copied: they are a thousandth of the data, and a recovery writes them in place.
Links matter for small files, too: to make a file costs a file system ten times as much.

The copy is as after a clean stop: time indexes end with the largest timestamp, the producers are
written at the end, so it opens without a look into its batches.

Invariant: no file of the copy that will be appended to, truncated or written anew in place is also
a file of the original. What replaces its files by rename may share them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from wirekafka_storage import log_files, producer_snapshot, time_index
from wirekafka_storage.epochs import LeaderEpochs
from wirekafka_storage.filenames import (
    LEADER_EPOCHS,
    LOG,
    OFFSET_INDEX,
    PARTITION_METADATA,
    SNAPSHOT,
    TIME_INDEX,
    TRANSACTION_INDEX,
    partition_folder,
    segment_file,
)
from wirekafka_storage.files import FileSystem, create_file, link_or_copy, read_file

if TYPE_CHECKING:
    from wirekafka_storage.log import Log
    from wirekafka_storage.segment import Segment

COPIED_BYTES = 256 * 1024
"""An active segment up to this size is copied: that is as fast as the files of a new segment."""


def take(log: Log, parent: str, now_ms: int) -> None:
    """Make the copy in `parent`, a directory without a folder of this partition.

    Nothing may be staged. Raises OSError, StorageError; a copy that was begun is left behind.
    """
    assert not log.has_staged, f"{log.folder} has staged batches"
    if log.segments and log.segments[-1].size > COPIED_BYTES:
        log.roll(now_ms)
    files = log.open_files.files
    folder = f"{parent}/{partition_folder(log.topic, log.partition)}"
    files.mkdir(folder)
    _share_what_names_it(log, folder)
    for segment in log.segments[:-1]:
        _share_sealed(files, segment, folder)
    if log.segments:
        _copy_active(files, log.segments[-1], folder)
    if log.log_end_offset > log.log_start_offset:
        path = f"{folder}/{segment_file(log.log_end_offset, SNAPSHOT)}"
        create_file(files, path, producer_snapshot.encode(log.producers))


def _share_what_names_it(log: Log, folder: str) -> None:
    """Topic id and leader epochs; what is not in the original's folder is made here."""
    files = log.open_files.files
    try:
        link_or_copy(files, f"{log.folder}/{PARTITION_METADATA}", f"{folder}/{PARTITION_METADATA}")
    except FileNotFoundError:
        log_files.write_metadata(files, folder, log.topic_id)
    target = f"{folder}/{LEADER_EPOCHS}"
    try:
        if not log.has_unwritten_epoch:
            link_or_copy(files, f"{log.folder}/{LEADER_EPOCHS}", target)
            return
    except FileNotFoundError:
        pass
    create_file(files, target, (log.epochs or LeaderEpochs()).encode())


def _share_sealed(files: FileSystem, segment: Segment, folder: str) -> None:
    link_or_copy(files, segment.path(LOG), _named(segment, folder, LOG))
    for suffix in (OFFSET_INDEX, TIME_INDEX):
        content = _content(files, segment, suffix)
        create_file(files, _named(segment, folder, suffix), content)
    _copy_what_may_be_missing(files, segment, folder)


def _copy_active(files: FileSystem, segment: Segment, folder: str) -> None:
    """The active segment up to its size, its time index with the last entry of a clean stop."""
    content = _content(files, segment, LOG)[: segment.size]
    create_file(files, _named(segment, folder, LOG), content)
    create_file(
        files, _named(segment, folder, OFFSET_INDEX), _content(files, segment, OFFSET_INDEX)
    )
    times = _content(files, segment, TIME_INDEX)
    if segment.max_timestamp > segment.indexed_timestamp:
        relative_offset = segment.max_timestamp_offset - segment.base_offset
        times += time_index.ENTRY.pack(segment.max_timestamp, relative_offset)
    create_file(files, _named(segment, folder, TIME_INDEX), times)
    _copy_what_may_be_missing(files, segment, folder)


def _copy_what_may_be_missing(files: FileSystem, segment: Segment, folder: str) -> None:
    for suffix in (TRANSACTION_INDEX, SNAPSHOT):
        content = _content(files, segment, suffix)
        if content:
            create_file(files, _named(segment, folder, suffix), content)


def _content(files: FileSystem, segment: Segment, suffix: str) -> bytes:
    """Index files come with their first entry: one that is not there is empty."""
    try:
        return read_file(files, segment.path(suffix))
    except FileNotFoundError:
        if suffix == LOG:
            raise
        return b""


def _named(segment: Segment, folder: str, suffix: str) -> str:
    return f"{folder}/{segment_file(segment.base_offset, suffix)}"
