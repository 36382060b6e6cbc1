"""Folders are renamed away first; what may be unlinked by now is slow work for another thread."""

from __future__ import annotations

import contextlib
import errno
from typing import TYPE_CHECKING

from wirekafka_storage.filenames import partition_folder, renamed_folder
from wirekafka_storage.files import FileSystem, remove_tree

if TYPE_CHECKING:
    from wirekafka_storage.log import Log

_MOST_NAMES = 1000  # renamed folders of one partition in one directory


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


def rename_folder(files: FileSystem, log: Log, parent: str, unique: str, ending: str) -> str:
    """Rename what is (or was, before a move) the folder of the log in `parent`; the new path.

    `unique` is a number of 128 bits in hexadecimal digits: the first name that is tried. Raises
    OSError.
    """
    folder = f"{parent}/{partition_folder(log.topic, log.partition)}"
    for number in range(int(unique, 16), int(unique, 16) + _MOST_NAMES):
        name = renamed_folder(log.topic, log.partition, f"{number % 2**128:032x}", ending)
        try:
            files.rename(folder, f"{parent}/{name}")
        except OSError as error:
            if error.errno not in (errno.ENOTEMPTY, errno.EEXIST):
                raise
            continue  # one without a known topic id was there before
        return f"{parent}/{name}"
    raise FileExistsError(errno.EEXIST, "too many folders of this name", folder)
