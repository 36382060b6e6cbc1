"""What was renamed away and may be unlinked by now: slow work for another thread."""

from __future__ import annotations

import contextlib

from wirekafka_storage.files import FileSystem, remove_tree


class Deletions:
    """Files and folders whose time has come. `run` is for any thread."""

    __slots__ = ("_files", "files_to_unlink", "folders")

    def __init__(self, files: FileSystem) -> None:
        self._files = files
        self.files_to_unlink: list[str] = []
        self.folders: list[str] = []

    def run(self) -> None:
        """Unlink; raises OSError, except for what is gone already."""
        for path in self.files_to_unlink:
            with contextlib.suppress(FileNotFoundError):
                self._files.unlink(path)
        for path in self.folders:
            with contextlib.suppress(FileNotFoundError):
                remove_tree(self._files, path)
