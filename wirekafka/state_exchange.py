"""The state of a broker's log directories put in the place of another: wholly, or not at all.

What comes is made first, in `.restore/new` of each directory, on the same file system as the data
whatever lies beside them. Then the file `decided` appears in the first directory's `.restore`; from
there on the exchange goes forward, through a kill of the process, too:

    prepare   <dir>/.restore/new/…           a kill: the old state; what was prepared is removed
    apply     decided                        a kill: the next start goes on here, before it reads
              <dir>/*            -> .restore/old/   anything else
              emptied
              .restore/new/*     -> <dir>/
              decided is removed
    clean     .restore is removed            a kill: the new state; the next start removes it

Every step may be done again. `emptied` says that what lies in the directories is new. The lock
files stay where they are. Nothing is synced, as little as a snapshot is: a power cut is no kill.
"""

from __future__ import annotations

import contextlib
import logging
import os
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path

from wirekafka_storage import directory_snapshot
from wirekafka_storage.errors import DirectoryError
from wirekafka_storage.filenames import LOCK
from wirekafka_storage.files import Disk

logger = logging.getLogger("wirekafka.snapshots")

FOLDER = ".restore"
"""In each log directory. No topic has that name: partitions' folders end with a number."""

_NEW, _OLD = "new", "old"
_DECIDED, _EMPTIED = "decided", "emptied"


class StateExchange:
    """An exchange in these log directories, of which the first one has the metadata."""

    def __init__(self, directories: Sequence[str]) -> None:
        self._folders = [Path(path) / FOLDER for path in directories]

    def prepare(self, kept: Mapping[Path, str]) -> None:
        """Make what comes from snapshots, by log directory. Raises OSError; then nothing is left.
        May run in any thread."""
        self.clean()
        try:
            for folder in self._folders:
                target = str(folder / _NEW)
                directory_snapshot.instantiate(Disk(), kept[folder.parent], target)
        except BaseException:
            self.clean()
            raise

    def apply(self) -> None:
        """Put what was prepared in the place of what is there. The directories are closed.

        Raises OSError; then `finish` may be tried again.
        """
        (self._folders[0] / _DECIDED).touch()
        self._go_on()

    @property
    def is_begun(self) -> bool:
        """Whether there is anything of it."""
        return any(map(Path.is_dir, self._folders))

    def finish(self) -> None:
        """Do what a process that was killed had decided. Raises OSError."""
        if self._has(_DECIDED):
            logger.info("finishing an interrupted restore path=%s", self._folders[0].parent)
            self._go_on()
        self.clean()

    def clean(self) -> None:
        """Remove what the exchange no longer needs. May run in any thread."""
        # The word goes before what it is about: half of what was prepared must not be put in place.
        for name in (_DECIDED, _EMPTIED):
            self._take_away(name)
        for folder in self._folders:
            shutil.rmtree(folder, ignore_errors=True)

    def _go_on(self) -> None:
        folders = [folder for folder in self._folders if folder.is_dir()]
        if not self._has(_EMPTIED):
            for folder in folders:
                _move_all(folder.parent, folder / _OLD)
            (folders[0] / _EMPTIED).touch()
        for folder in folders:
            _move_all(folder / _NEW, folder.parent)
        self._take_away(_DECIDED)

    def _has(self, name: str) -> bool:
        """Which directory is the first one may have been changed since."""
        return any((folder / name).exists() for folder in self._folders)

    def _take_away(self, name: str) -> None:
        for folder in self._folders:
            (folder / name).unlink(missing_ok=True)


def finish_exchange(directories: Sequence[str]) -> None:
    """At a start, before anything in the directories is read: finish what was interrupted.

    Raises LockError, DirectoryError.
    """
    exchange = StateExchange(directories)
    if not exchange.is_begun:
        return
    disk = Disk()
    try:
        with contextlib.ExitStack() as locks:
            for path in directories:
                locks.callback(os.close, disk.lock(f"{path}/{LOCK}"))
            exchange.finish()
    except OSError as error:
        raise DirectoryError(
            f"a restore was interrupted and cannot be finished: {error}"
        ) from error


def _move_all(source: Path, target: Path) -> None:
    """Everything but lock files, and what is ours."""
    target.mkdir(exist_ok=True)
    for entry in list(source.iterdir()):
        if entry.name not in (LOCK, FOLDER):
            entry.rename(target / entry.name)
