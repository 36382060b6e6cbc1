"""Moves a log to another log directory of the same broker while it is written and read.

The copy grows in a folder of its own (`…-future`). `next_copy` names a piece of what is missing,
for a worker thread to copy and sync; when what is left is small, `finish` copies the rest where
the log is used otherwise, gives the folder its final name, and points the log at it: the log's
memory (producers, epochs, offsets) stays what it is, only its files are elsewhere.

All files of a segment only grow, so a piece is a range of a file. A segment that is another one
than before (compaction replaced it) is copied anew; one that left the log goes at the end.

A copy that a stop interrupted is taken up again: what is there of sealed segments in full was
synced before the next one was begun, so only the last segment in the folder is in doubt.

Invariants: nothing in the log changes before the final name is given; from then on the copy is the
log, whatever happens to the old folder.

Source: Kafka's `ReplicaAlterLogDirsThread`, `LogManager.replaceCurrentWithFutureLog` (KIP-113).
"""

from __future__ import annotations

import contextlib
from bisect import bisect_left
from collections.abc import Sequence
from operator import attrgetter
from typing import TYPE_CHECKING, NamedTuple

from wirekafka_storage import checkpoints, log_files
from wirekafka_storage.errors import CorruptFile, StorageError
from wirekafka_storage.filenames import (
    DELETE_FOLDER,
    FUTURE_FOLDER,
    LEADER_EPOCHS,
    LOG,
    PARTITION_METADATA,
    SEGMENT_SUFFIXES,
    SNAPSHOT,
    parse_segment_file,
    renamed_folder,
    segment_file,
)
from wirekafka_storage.files import (
    APPEND,
    READ,
    FileSystem,
    OpenFile,
    read_file,
    remove_tree,
    write_all,
    write_file_synced,
)

if TYPE_CHECKING:
    from wirekafka_storage.log import Log
    from wirekafka_storage.segment import Segment

PIECE_BYTES = 16 << 20
"""One piece: short enough that a move can be cancelled and throttled, long enough for the disk."""
SMALL_BYTES = 256 << 10
"""What may be copied and synced in the loop: about a millisecond."""
_BUFFER_BYTES = 1 << 20
_FILES = (*SEGMENT_SUFFIXES, SNAPSHOT)
_base_offset = attrgetter("base_offset")


class _Range(NamedTuple):
    """Bytes `start`..`end` of a file of a segment."""

    base_offset: int
    suffix: str
    source: OpenFile
    start: int
    end: int


class _Copied:
    """How much of one segment is in the copy."""

    __slots__ = ("complete", "segment", "sizes")

    def __init__(self, segment: Segment) -> None:
        self.segment = segment
        self.sizes: dict[str, int] = {}
        self.complete = False
        """Everything of it is there, and it will not grow any more."""


class Copy:
    """Ranges to copy. `run` is for any thread."""

    __slots__ = (
        "_files", "_folder", "complete", "end_offset", "is_rest", "ranges", "source_folder",
    )  # fmt: skip

    def __init__(self, files: FileSystem, folder: str, source_folder: str) -> None:
        self._files = files
        self._folder = folder
        self.source_folder = source_folder
        self.ranges: list[_Range] = []
        self.complete: list[Segment] = []
        self.end_offset = 0
        self.is_rest = True
        """Nothing is missing behind it."""

    @property
    def size(self) -> int:
        return sum(part.end - part.start for part in self.ranges)

    def run(self) -> None:
        """Copy and sync. Raises StorageError, which names the folder that failed."""
        buffer = memoryview(bytearray(min(_BUFFER_BYTES, max(self.size, 1))))
        for part in self.ranges:
            path = f"{self._folder}/{segment_file(part.base_offset, part.suffix)}"
            try:
                target = OpenFile(self._files, self._files.open(path, APPEND))
                if self._files.size(path) != part.start:
                    self._files.truncate(target.fd, part.start)
            except OSError as error:
                raise StorageError("copying to", self._folder, error) from error
            position = part.start
            while position < part.end:
                piece = self._read(part, buffer, position)
                position += len(piece)
                try:
                    write_all(self._files, target.fd, [piece], len(piece))
                except OSError as error:
                    raise StorageError("copying to", self._folder, error) from error
            try:
                self._files.fsync(target.fd)
            except OSError as error:
                raise StorageError("copying to", self._folder, error) from error

    def _read(self, part: _Range, buffer: memoryview, position: int) -> memoryview:
        wanted = buffer[: part.end - position]
        try:
            count = self._files.preadv(part.source.fd, [wanted], position)
            if count <= 0:
                raise OSError(5, f"nothing to read at {position} of {part.suffix}")
        except OSError as error:
            raise StorageError("copying from", self.source_folder, error) from error
        return wanted[:count]


class LogMove:
    """One log on its way to another log directory. Made by `LogManager.begin_move`."""

    def __init__(self, log: Log, destination: str, folder: str) -> None:
        self.log = log
        self.destination = destination
        self.folder = folder
        """Path of the copy."""
        self.end_offset = log.segments[0].base_offset if log.segments else log.log_end_offset
        """Up to this offset everything is copied and synced."""
        self.copied_bytes = 0
        """Of this attempt, files of all kinds; what is copied anew counts again."""
        self.is_prepared = False
        self._files = log.open_files.files
        self._copied: dict[int, _Copied] = {}

    @property
    def size(self) -> int:
        """Bytes of records that are in the copy."""
        return sum(copied.sizes.get(LOG, 0) for copied in self._copied.values())

    @property
    def unique(self) -> str:
        """What tells the names of this move's folders from those of others."""
        return self.folder.rpartition(".")[2].removesuffix(FUTURE_FOLDER)

    def prepare(self) -> None:
        """Make the folder, or take up what an earlier attempt left there. Raises StorageError."""
        try:
            try:
                self._files.mkdir(self.folder)
            except FileExistsError:
                self._take_up()
            if self.log.exists:
                log_files.write_metadata(self._files, self.folder, self.log.topic_id)
            self.is_prepared = True
        except OSError as error:
            raise StorageError("copying to", self.folder, error) from error

    def next_copy(self, max_bytes: int = PIECE_BYTES) -> Copy | None:
        """The next piece; None when the rest is for `finish`. Raises StorageError."""
        copy = self._missing(max_bytes)
        is_small = copy.is_rest and copy.size <= SMALL_BYTES and not copy.complete
        if not copy.ranges or is_small:
            return None
        return copy

    def copied(self, copy: Copy) -> None:
        """The piece is in the copy."""
        self.copied_bytes += copy.size
        for part in copy.ranges:
            done = self._copied.get(part.base_offset)
            if done is not None:
                done.sizes[part.suffix] = part.end
        for segment in copy.complete:
            done = self._copied.get(segment.base_offset)
            if done is not None and done.segment is segment:
                done.complete = True
        self.end_offset = copy.end_offset

    def finish(self) -> None:
        """Copy the rest and make the copy the log. Raises StorageError.

        The old folder is left where it is, for the caller to remove. Nothing may be staged.
        """
        log = self.log
        assert not log.has_staged, "moving with staged batches"
        rest = self._missing(None)
        rest.run()
        self.copied(rest)
        final = f"{self.destination}/{log.folder.rpartition('/')[2]}"
        try:
            self._remove_what_left()
            epochs = log.epochs.encode() if log.epochs is not None else None
            if epochs is not None:
                write_file_synced(self._files, f"{self.folder}/{LEADER_EPOCHS}", epochs)
            self._files.fsync_directory(self.folder)
            self._files.rename(self.folder, final)
            self._files.fsync_directory(self.destination)
        except OSError as error:
            raise StorageError("copying to", self.folder, error) from error
        for segment in log.segments:
            segment.forget_files(log.open_files)
            segment.directory = final
        log.parent = self.destination
        log.deleted_files = None  # they go with the old folder
        log.recovery_point = log.log_end_offset
        log.forget_positions()

    def retire(self) -> str | None:
        """Give the copy a name that the next start does not take up; its new path, None if there
        is no copy yet. Raises StorageError.
        """
        name = renamed_folder(self.log.topic, self.log.partition, self.unique, DELETE_FOLDER)
        try:
            self._files.rename(self.folder, f"{self.destination}/{name}")
        except FileNotFoundError:
            return None
        except OSError as error:
            raise StorageError("deleting", self.folder, error) from error
        return f"{self.destination}/{name}"

    def discard(self) -> None:
        """Remove the copy. Raises OSError, except when it is gone."""
        with contextlib.suppress(FileNotFoundError):
            remove_tree(self._files, self.folder)

    def _missing(self, max_bytes: int | None) -> Copy:
        """What is not in the copy yet, in the order of the log, up to about `max_bytes`."""
        log = self.log
        copy = Copy(self._files, self.folder, log.folder)
        copy.end_offset = log.log_end_offset
        left = max_bytes
        for segment in log.segments:
            done = self._copied.get(segment.base_offset)
            if done is None or done.segment is not segment:
                if done is not None:
                    self._forget(segment.base_offset, done)
                done = self._copied[segment.base_offset] = _Copied(segment)
            if done.complete:
                continue
            if left is not None and left <= 0:
                copy.end_offset = segment.base_offset
                copy.is_rest = False
                break
            try:
                parts, whole = self._ranges(segment, done, left)
            except OSError as error:
                raise StorageError("copying from", log.folder, error) from error
            copy.ranges += parts
            if not whole:
                copy.end_offset = segment.base_offset
                copy.is_rest = False
                break
            if segment is not log.segments[-1]:
                copy.complete.append(segment)
            if left is not None:
                left -= sum(part.end - part.start for part in parts)
        return copy

    def _ranges(
        self, segment: Segment, done: _Copied, left: int | None
    ) -> tuple[list[_Range], bool]:
        """What is missing of a segment; whether that is all of it."""
        parts: list[_Range] = []
        for suffix in _FILES:
            path = segment.path(suffix)
            start = done.sizes.get(suffix, 0)
            try:
                end = segment.size if suffix == LOG else self._files.size(path)
                if end == start and suffix in done.sizes:
                    continue
                source = OpenFile(self._files, self._files.open(path, READ))
            except FileNotFoundError:
                if suffix == LOG:
                    raise
                continue
            if left is not None and end - start > left:
                parts.append(_Range(segment.base_offset, suffix, source, start, start + left))
                return parts, False
            parts.append(_Range(segment.base_offset, suffix, source, start, end))
            if left is not None:
                left -= end - start
        return parts, True

    def _take_up(self) -> None:
        """Trust all but the last segment in the folder, where sizes agree with ours."""
        if not self._is_of_this_topic():
            remove_tree(self._files, self.folder)
            self._files.mkdir(self.folder)
            return
        names = self._files.listdir(self.folder)
        parsed = [file for file in map(parse_segment_file, names) if file and not file.state]
        newest = max((file.base_offset for file in parsed), default=-1)
        sealed = self.log.segments[:-1]
        for file in parsed:
            segment = _with_base(sealed, file.base_offset)
            if segment is None or file.base_offset == newest:
                self._files.unlink(f"{self.folder}/{segment_file(file.base_offset, file.suffix)}")
                self._copied.pop(file.base_offset, None)
                continue
            done = self._copied.setdefault(file.base_offset, _Copied(segment))
            name = segment_file(file.base_offset, file.suffix)
            done.sizes[file.suffix] = self._files.size(f"{self.folder}/{name}")
        for base_offset, done in list(self._copied.items()):
            if done.sizes.get(LOG) != done.segment.size:
                self._unlink(base_offset, self._copied.pop(base_offset))

    def _is_of_this_topic(self) -> bool:
        """An older topic of the same name may have left the copy."""
        try:
            content = read_file(self._files, f"{self.folder}/{PARTITION_METADATA}")
            return checkpoints.decode_partition_metadata(content) == self.log.topic_id
        except (FileNotFoundError, CorruptFile):
            return False

    def _remove_what_left(self) -> None:
        """Retention took segments out of the log after they were copied."""
        bases = {segment.base_offset for segment in self.log.segments}
        for base_offset in [base for base in self._copied if base not in bases]:
            self._unlink(base_offset, self._copied.pop(base_offset))

    def _forget(self, base_offset: int, done: _Copied) -> None:
        try:
            self._unlink(base_offset, done)
        except OSError as error:
            raise StorageError("copying to", self.folder, error) from error

    def _unlink(self, base_offset: int, done: _Copied) -> None:
        for suffix in done.sizes:
            with contextlib.suppress(FileNotFoundError):
                self._files.unlink(f"{self.folder}/{segment_file(base_offset, suffix)}")


def future_folder(topic: str, partition: int, unique: str) -> str:
    """Name of the folder that a copy grows in; `unique` is 32 hex digits."""
    return renamed_folder(topic, partition, unique, FUTURE_FOLDER)


def _with_base(segments: Sequence[Segment], base_offset: int) -> Segment | None:
    place = bisect_left(segments, base_offset, key=_base_offset)
    if place < len(segments) and segments[place].base_offset == base_offset:
        return segments[place]
    return None
