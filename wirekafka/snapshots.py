"""The whole state of a broker at one moment, kept under a name, and given back.

A snapshot is taken between two wake-ups of the loop, when everything that was acknowledged is
written and nothing else is: topics with their records, groups with their offsets, open
transactions, configs, quotas. What only lives in connections is not in it: members of groups are
there as their coordinator knows them, and have to come back or time out.

It lies beside each log directory, in `<log directory>.snapshots/<name>/`, on the same file system,
because the records are shared by hard links (`wirekafka_storage/log_snapshot.py`). Taking and
restoring cost some files per partition that has records, however many records those are.

Restoring closes all connections and opens the copy in the place of the data; the ports stay, and
clients that come back meanwhile wait. Snapshots of a broker whose data is temporary go with it.
"""

from __future__ import annotations

import asyncio
import glob
import logging
import re
import secrets
import shutil
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from wirekafka_storage import directory_snapshot
from wirekafka_storage.errors import StorageError
from wirekafka_storage.files import Disk

from wirekafka.metadata.engine import Unavailable
from wirekafka.metadata.local import METADATA_FILE

if TYPE_CHECKING:
    from wirekafka.broker import Broker

logger = logging.getLogger("wirekafka.snapshots")

SUFFIX = ".snapshots"

_TRASH = ".old-"
"""What was there before a restore, while it is being removed."""

NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,63}")
"""A name is a folder's, and what begins with a dot is ours."""


class SnapshotError(Exception):
    """A snapshot cannot be taken, found or restored; the text says why."""


class NoSuchSnapshot(SnapshotError):
    """There is none of this name."""


class SnapshotExists(SnapshotError):
    """The name is taken."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What is known of one that was taken."""

    name: str
    taken_ms: int
    topics: int
    duration_ms: float


class Snapshots:
    """Those of one broker, by name."""

    def __init__(self, broker: Broker) -> None:
        self._broker = broker
        self._known: dict[str, Snapshot] = {}
        self._restoring = asyncio.Lock()

    def all(self) -> list[Snapshot]:
        """Those taken since the broker started, oldest first."""
        return list(self._known.values())

    def take(self, name: str) -> Snapshot:
        """Keep the state as of now. Raises SnapshotError."""
        if NAME.fullmatch(name) is None:
            raise SnapshotError(f"{name!r} is no name of a snapshot: letters, digits, . _ -")
        if name in self._known:
            raise SnapshotExists(f"snapshot {name} exists")
        started = time.perf_counter()
        targets = self._places(name)
        remove_all(list(targets.values()))  # of an earlier run of this broker
        if not self._restoring.locked():
            self._remove_trash()
        copy_state(self._broker, targets)
        self._known[name] = snapshot = Snapshot(
            name=name,
            taken_ms=self._broker.clock.now_ms(),
            topics=sum(not topic.internal for topic in self._broker.image.topics.values()),
            duration_ms=round((time.perf_counter() - started) * 1000, 3),
        )
        return snapshot

    def remove(self, name: str) -> None:
        """Forget one. Raises NoSuchSnapshot."""
        self._find(name)
        del self._known[name]
        for path in self._places(name).values():
            shutil.rmtree(path, ignore_errors=True)

    def instantiate(self, name: str, targets: dict[str, str]) -> None:
        """Make log directories from it, each of the broker's at `targets[path]`."""
        self._find(name)
        for path, kept in self._places(name).items():
            directory_snapshot.instantiate(self._broker.log_manager.files, kept, targets[path])

    async def restore(self, name: str) -> None:
        """Put it in the place of the broker's state; all connections are closed.

        Raises SnapshotError. When the data cannot be opened afterwards, the broker stops.
        """
        self._find(name)
        async with self._restoring:
            trash = self._places(f"{_TRASH}{secrets.token_hex(8)}")
            try:
                await self._broker.reload(lambda: self._exchange(name, trash))
            except Exception as error:
                self._broker.failed.set()
                raise SnapshotError(f"snapshot {name} cannot be restored: {error}") from error
        await asyncio.to_thread(remove_all, list(trash.values()))

    def close(self) -> None:
        """The broker has stopped: snapshots of temporary data go."""
        if self._broker.is_ephemeral:
            remove_all([path + SUFFIX for path in self._broker.config.log_dirs])

    def _exchange(self, name: str, trash: dict[str, str]) -> None:
        files = Disk()
        for path, kept in self._places(name).items():
            directory_snapshot.clear(files, path, trash[path])
            directory_snapshot.instantiate(files, kept, path)

    def _remove_trash(self) -> None:
        """What a process left that was killed while it restored."""
        for path in self._broker.config.log_dirs:
            left = glob.glob(f"{glob.escape(path)}{SUFFIX}/{_TRASH}*")
            remove_all(left)

    def _find(self, name: str) -> Snapshot:
        found = self._known.get(name)
        if found is None:
            known = ", ".join(self._known) or "none"
            raise NoSuchSnapshot(f"there is no snapshot {name}; there are: {known}")
        return found

    def _places(self, name: str) -> dict[str, str]:
        return {path: f"{path}{SUFFIX}/{name}" for path in self._broker.config.log_dirs}


def copy_state(broker: Broker, targets: dict[str, str]) -> None:
    """Copy the broker's state as of now to `targets[log directory]`. Raises SnapshotError."""
    manager = broker.log_manager
    if manager.offline:
        raise SnapshotError(f"log directories are offline: {', '.join(manager.offline)}")
    if not broker.partitions.commit():
        raise SnapshotError("writing what was staged failed")
    broker.wake_soon()
    first = broker.config.log_dirs[0]
    try:
        directory_snapshot.take(manager, targets, broker_epoch=-1, now_ms=broker.clock.now_ms())
        broker.engine.copy_to(f"{targets[first]}/{METADATA_FILE}")
    except (OSError, StorageError, Unavailable) as error:
        remove_all(list(targets.values()))
        raise SnapshotError(f"copying the state failed: {error}") from error


def remove_all(paths: list[str]) -> None:
    """Remove folders with all that is in them; what cannot be removed stays."""
    for path in paths:
        shutil.rmtree(path, ignore_errors=True)
