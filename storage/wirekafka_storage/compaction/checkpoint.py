"""How far each log of a directory is clean: `cleaner-offset-checkpoint`.

`LogDirectory.clean_offsets` is read from it at start. It may lag behind the log: then a part is
compacted again, to the same result. Source: Kafka's `LogCleanerManager.updateCheckpoints`.
"""

from __future__ import annotations

from wirekafka_storage import checkpoints
from wirekafka_storage.filenames import CLEAN_OFFSETS
from wirekafka_storage.log_directory import LogDirectory


class CleanOffsetsWrite:
    """The checkpoint of one directory as of now. `run` is for any thread."""

    __slots__ = ("_content", "_number", "_offset_files", "path")

    def __init__(self, directory: LogDirectory) -> None:
        self.path = directory.path
        self._offset_files = directory.offset_files
        self._number = self._offset_files.next_write()
        self._content = checkpoints.encode_offsets(directory.clean_offsets)

    def run(self) -> None:
        """Write and sync; raises OSError."""
        self._offset_files.replace(CLEAN_OFFSETS, self._content, self._number)
