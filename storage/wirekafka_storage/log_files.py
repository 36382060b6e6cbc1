"""The files of one log: made, sealed, synced, closed, renamed away.

What is synced when: segment files at roll (by a `Flush`, off the loop) and at a clean close, the
producers' state at the end of a sealed segment with it: once the segment is deleted, nothing else
knows of a transaction that was open there. Leader epochs, which recovery can rebuild, are replaced
by rename without a sync.
Source: Kafka's `UnifiedLog`, `LocalLog`.
"""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from typing import TYPE_CHECKING

from wirekafka_protocol.uuids import uuid_text

from wirekafka_storage import producer_snapshot
from wirekafka_storage.epochs import LeaderEpochs
from wirekafka_storage.filenames import (
    DELETED,
    LEADER_EPOCHS,
    LOG,
    OFFSET_INDEX,
    PARTITION_METADATA,
    SEGMENT_SUFFIXES,
    SNAPSHOT,
    TIME_INDEX,
    TRANSACTION_INDEX,
    segment_file,
)
from wirekafka_storage.files import APPEND, READ, FileSystem, OpenFile, create_file, write_file

if TYPE_CHECKING:
    from wirekafka_storage.log import Log
    from wirekafka_storage.segment import Segment
    from wirekafka_storage.staged import Staged


class Flush:
    """Files to sync, and how far the log is safe afterwards. `run` is for any thread.

    All but the active segment's are opened when their turn comes: there may be thousands.
    """

    __slots__ = ("_files", "_folders", "_if_there", "_open", "_sealed", "end_offset")

    def __init__(
        self,
        files: FileSystem,
        folders: Sequence[str],
        open_files: Sequence[OpenFile],
        sealed: Sequence[Segment],
        if_there: Sequence[str],
        end_offset: int,
    ) -> None:
        self._files = files
        self._folders = folders
        self._open = open_files
        self._sealed = [segment.path("") for segment in sealed]
        self._if_there = if_there
        self.end_offset = end_offset

    def run(self) -> None:
        """Sync; raises OSError. Changes nothing in memory."""
        for path in self._sealed:
            # Retention or a move was faster: then nobody needs these files.
            with contextlib.suppress(FileNotFoundError):
                sync_file(self._files, path + LOG, READ)
                for suffix in (OFFSET_INDEX, TIME_INDEX):
                    sync_file(self._files, path + suffix, APPEND)
        for path in self._if_there:
            with contextlib.suppress(FileNotFoundError):
                sync_file(self._files, path, READ)
        for file in self._open:
            self._files.fsync(file.fd)
        # A log that is deleted meanwhile has another folder name, and needs no syncing.
        with contextlib.suppress(FileNotFoundError):
            for folder in self._folders:
                self._files.fsync_directory(folder)


def sync_file(files: FileSystem, path: str, flags: int) -> None:
    """Sync a file that is not open."""
    fd = files.open(path, flags)
    try:
        files.fsync(fd)
    finally:
        files.close(fd)


def create_folder(log: Log) -> None:
    """Make the folder of a log that gets its first record."""
    files = log.open_files.files
    with contextlib.suppress(FileExistsError):
        files.mkdir(log.folder)
    write_metadata(files, log.folder, log.topic_id)
    epochs = log.epochs or LeaderEpochs()
    create_file(files, f"{log.folder}/{LEADER_EPOCHS}", epochs.encode())
    log.exists = True


def write_metadata(files: FileSystem, folder: str, topic_id: bytes) -> None:
    """`partition.metadata`: which topic, of all that had this name, the folder belongs to."""
    content = f"version: 0\ntopic_id: {uuid_text(topic_id)}".encode()
    create_file(files, f"{folder}/{PARTITION_METADATA}", content)


def write_epochs(log: Log) -> None:
    epochs = log.epochs or LeaderEpochs()
    write_file(log.open_files.files, f"{log.folder}/{LEADER_EPOCHS}", epochs.encode())


def write_snapshot(log: Log, offset: int, content: bytes) -> None:
    path = f"{log.folder}/{segment_file(offset, SNAPSHOT)}"
    write_file(log.open_files.files, path, content)


def seal(log: Log, staged: Staged) -> None:
    """The segment is complete: close its time index, keep the producers' state at its end."""
    staged.segment.append_last_time(log.open_files)
    staged.segment.release(log.open_files)
    write_snapshot(log, staged.end_offset, staged.snapshot)


def flush_up_to(log: Log, end_offset: int) -> Flush | None:
    """The files with data between the recovery point and `end_offset`; None when there are none.

    Those of the active segment are opened, which may raise OSError.
    """
    if end_offset <= log.recovery_point or not log.exists:
        return None
    open_files = log.open_files
    found: list[OpenFile] = []
    sealed: list[Segment] = []
    if_there: list[str] = []
    ends = [segment.base_offset for segment in log.segments[1:]] + [log.log_end_offset]
    for segment, segment_end in zip(log.segments, ends, strict=True):
        if log.recovery_point <= segment.base_offset <= end_offset:
            if_there.append(segment.path(SNAPSHOT))
        if segment_end <= log.recovery_point or segment.base_offset >= end_offset:
            continue
        if_there.append(segment.path(TRANSACTION_INDEX))
        if segment is not log.segments[-1]:
            sealed.append(segment)
            continue
        found.append(segment.file(open_files))
        for suffix in (OFFSET_INDEX, TIME_INDEX):
            found.append(open_files.get(segment.path(suffix), APPEND))
    folders = [log.folder]
    if not log.recovery_point:
        # The first time the folder itself is new: its name stands in the log directory.
        folders.append(log.parent)
        if_there.append(f"{log.folder}/{PARTITION_METADATA}")
    return Flush(open_files.files, folders, found, sealed, if_there, end_offset)


def close_cleanly(log: Log) -> None:
    """Leave the folder so that a start with the clean marker needs no look into the batches."""
    if not log.exists:
        return
    open_files = log.open_files
    if log.segments:
        log.segments[-1].append_last_time(open_files)
    log.flush()
    if log.log_end_offset > log.log_start_offset:
        write_snapshot(log, log.log_end_offset, producer_snapshot.encode(log.producers))
    for segment in log.segments:
        segment.forget_files(open_files)


def retire(log: Log, segments: Sequence[Segment], now_ms: int) -> None:
    """Rename the files of segments to `.deleted`, to be unlinked after file.delete.delay.ms."""
    for segment in segments:
        _retire(log, segment, (*SEGMENT_SUFFIXES, SNAPSHOT), now_ms)


def retire_replaced(log: Log, segments: Sequence[Segment], base_offset: int, now_ms: int) -> None:
    """As `retire`, for segments that one at `base_offset` replaces: its snapshot stays."""
    for segment in segments:
        keeps_snapshot = segment.base_offset == base_offset
        suffixes = SEGMENT_SUFFIXES if keeps_snapshot else (*SEGMENT_SUFFIXES, SNAPSHOT)
        _retire(log, segment, suffixes, now_ms)


def _retire(log: Log, segment: Segment, suffixes: Sequence[str], now_ms: int) -> None:
    files = log.open_files.files
    due_ms = now_ms + log.config.file_delete_delay_ms
    if log.deleted_files is None:
        log.deleted_files = []
    segment.forget_files(log.open_files)
    for suffix in suffixes:
        path = segment.path(suffix)
        # .txnindex and .snapshot are not always there.
        with contextlib.suppress(FileNotFoundError):
            files.rename(path, path + DELETED)
            log.deleted_files.append((due_ms, path + DELETED))


def take_due(log: Log, now_ms: int) -> list[str]:
    """Paths of retired files whose time has come; the caller unlinks them."""
    waiting = log.deleted_files or []
    log.deleted_files = [item for item in waiting if item[0] > now_ms] or None
    return [path for due_ms, path in waiting if due_ms <= now_ms]
