"""The offset checkpoints of one log directory: which write of them counts, whom they still name.

Writes are made where the logs are used and carried out in any thread, so one may be overtaken by
the next. They are numbered, and a file never goes back to an older content.

A log that was deleted stands in the files until the next write. Its entries must not be taken for
those of a new log of the same name after a crash: what `still_names` has to be written over first.
Invariant: `_forgotten` has the number of the last write that may name the log.

Source: Kafka's `OffsetCheckpointFile`; its `LogManager.asyncDelete` writes the files at each
deletion, which costs more than to write them when a name comes again.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from wirekafka_storage import checkpoints
from wirekafka_storage.checkpoints import TopicPartition
from wirekafka_storage.filenames import (
    CLEAN_OFFSETS,
    HIGH_WATERMARKS,
    LOG_START_OFFSETS,
    RECOVERY_POINTS,
)
from wirekafka_storage.files import FileSystem, write_file_synced

if TYPE_CHECKING:
    from wirekafka_storage.log import Log
    from wirekafka_storage.log_directory import LogDirectory

_ALL = (RECOVERY_POINTS, HIGH_WATERMARKS, LOG_START_OFFSETS, CLEAN_OFFSETS)


class OffsetFiles:
    """See the module. All but `replace` is for the thread that uses the logs."""

    __slots__ = ("_files", "_forgotten", "_newest", "_path", "_replacing", "_written")

    def __init__(self, path: str, files: FileSystem) -> None:
        self._path = path
        self._files = files
        self._newest = 0
        """Number of the newest write, carried out or not."""
        self._written: dict[str, int] = dict.fromkeys(_ALL, 0)
        """File -> number of the write whose content it has."""
        self._forgotten: dict[TopicPartition, int] = {}
        self._replacing = threading.Lock()

    def next_write(self) -> int:
        """The number of a write whose content is made now."""
        self._newest += 1
        return self._newest

    def replace(self, name: str, content: bytes, number: int) -> None:
        """Write and sync a file, unless a newer write was faster. Raises OSError."""
        with self._replacing:
            if number > self._written[name]:
                write_file_synced(self._files, f"{self._path}/{name}", content)
                self._written[name] = number

    def forget(self, key: TopicPartition) -> None:
        """The log is gone; what the files say of it is for no other one."""
        self._forgotten[key] = self._newest

    @property
    def has_forgotten(self) -> bool:
        """Whether a log may be named that is gone."""
        landed = min(self._written.values())
        self._forgotten = {key: n for key, n in self._forgotten.items() if n >= landed}
        return bool(self._forgotten)

    def still_names(self, key: TopicPartition) -> bool:
        """Whether a log of this name that is gone may stand in one of the files."""
        return self.has_forgotten and key in self._forgotten


class CheckpointWrite:
    """The checkpoint files of one directory as of now. `run` is for any thread."""

    __slots__ = ("_contents", "_number", "_offset_files", "path")

    def __init__(
        self, directory: LogDirectory, logs: Sequence[Log], high_watermark: Callable[[Log], int]
    ) -> None:
        """`logs` are all those in the directory that have a folder."""
        self.path = directory.path
        self._offset_files = directory.offset_files
        self._number = self._offset_files.next_write()
        starts = {
            _key(log): log.log_start_offset
            for log in logs
            if log.log_start_offset > (log.segments[0].base_offset if log.segments else 0)
        }
        contents = {
            RECOVERY_POINTS: {_key(log): log.recovery_point for log in logs},
            HIGH_WATERMARKS: {_key(log): high_watermark(log) for log in logs},
            LOG_START_OFFSETS: starts,
        }
        if self._offset_files.has_forgotten:  # else it is compaction that writes this one
            contents[CLEAN_OFFSETS] = directory.clean_offsets
        self._contents = {
            name: checkpoints.encode_offsets(offsets) for name, offsets in contents.items()
        }

    def run(self) -> None:
        """Write and sync; raises OSError. Changes no log."""
        for name, content in self._contents.items():
            self._offset_files.replace(name, content, self._number)


def _key(log: Log) -> TopicPartition:
    return log.topic, log.partition
