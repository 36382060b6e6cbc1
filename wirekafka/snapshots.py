"""The whole state of a broker at one moment, kept under a name, and given back.

What is in it is what `state_copy.py` copies: everything that was acknowledged, as of one moment.

It lies beside each log directory, on the same file system, because the records are shared by hard
links (`wirekafka_storage/log_snapshot.py`). Taking and restoring cost some files per partition that
has records, however many records those are.

    <log directory>.snapshots/<name>/         a snapshot
    <log directory>.snapshots/.-note-<name>   what is known of it; beside the first directory only
    <log directory>.snapshots/.-new-<name>/   one that is being made
    <log directory>.snapshots/.-beside-…/     the data of a broker beside this one (`siblings.py`)

A snapshot is there when what is known of it is written and all its folders are in place; so it is
there after a kill of the process, too, or it is not at all. A start forgets what is half made.

Restoring closes all connections and puts the copy in the place of the data (`state_exchange.py`);
the ports stay, and clients that come back meanwhile wait. Snapshots of a broker whose data is
temporary go with it.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import re
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from wirekafka_storage import directory_snapshot
from wirekafka_storage.files import create_file

from wirekafka.state_copy import SnapshotError, check_online, copy_state, remove_all
from wirekafka.state_exchange import StateExchange

if TYPE_CHECKING:
    from wirekafka.broker import Broker

logger = logging.getLogger("wirekafka.snapshots")

SUFFIX = ".snapshots"

OURS = ".-"
"""In front of what is no snapshot."""

_BEING_MADE = f"{OURS}new-"
_NOTE = f"{OURS}note-"

NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,63}")
"""A name is a folder's, and what begins with a dot is ours."""


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
        self.changing = asyncio.Lock()
        """Held by who copies the state, or puts another in its place: one at a time."""

    def all(self) -> list[Snapshot]:
        """What there is, oldest first."""
        return list(self._known.values())

    def open(self) -> None:
        """Find those of earlier runs, and remove what a process left half made that was killed."""
        directories = self._broker.config.log_dirs
        found: list[Snapshot] = []
        for note in Path(directories[0] + SUFFIX).glob(f"{_NOTE}*"):
            snapshot = self._noted(note)
            if snapshot is None:
                continue  # of another cluster, which may come back
            places = list(self._places(snapshot.name).values())
            if all(map(os.path.isdir, places)):
                found.append(snapshot)
            else:
                logger.info("half made snapshot removed name=%s", snapshot.name)
                note.unlink()
                remove_all(places)
        self._known = {one.name: one for one in sorted(found, key=lambda one: one.taken_ms)}
        for path in directories:
            half_made = Path(path + SUFFIX).glob(f"{OURS}*")
            remove_all([str(left) for left in half_made if left.is_dir()])

    async def take(self, name: str) -> Snapshot:
        """Keep the state as of now. Raises SnapshotError."""
        if NAME.fullmatch(name) is None:
            raise SnapshotError(f"{name!r} is no name of a snapshot: letters, digits, . _ -")
        async with self.changing:
            if name in self._known:
                raise SnapshotExists(f"snapshot {name} exists")
            started = time.perf_counter()
            being_made = self._places(f"{_BEING_MADE}{name}")
            left = [*being_made.values(), *self._places(name).values()]
            await asyncio.to_thread(remove_all, [path for path in left if os.path.exists(path)])
            await copy_state(self._broker, being_made)
            snapshot = Snapshot(
                name=name,
                taken_ms=self._broker.clock.now_ms(),
                topics=sum(not topic.internal for topic in self._broker.image.topics.values()),
                duration_ms=round((time.perf_counter() - started) * 1000, 3),
            )
            try:
                self._keep(snapshot, being_made)
            except OSError as error:
                remove_all(left)
                raise SnapshotError(f"snapshot {name} cannot be kept: {error}") from error
            self._known[name] = snapshot
            return snapshot

    async def remove(self, name: str) -> None:
        """Forget one. Raises NoSuchSnapshot."""
        async with self.changing:
            self._find(name)
            del self._known[name]
            self._note(name).unlink(missing_ok=True)
            await asyncio.to_thread(remove_all, list(self._places(name).values()))

    async def instantiate(self, name: str, targets: dict[str, str]) -> None:
        """Make log directories from it, each of the broker's at `targets[path]`. Raises
        SnapshotError."""
        async with self.changing:
            self._find(name)
            files = self._broker.log_manager.files
            try:
                for path, kept in self._places(name).items():
                    await asyncio.to_thread(
                        directory_snapshot.instantiate, files, kept, targets[path]
                    )
            except OSError as error:
                await asyncio.to_thread(remove_all, list(targets.values()))
                raise SnapshotError(f"snapshot {name} cannot be copied: {error}") from error

    async def restore(self, name: str) -> None:
        """Put it in the place of the broker's state; all connections are closed.

        Raises SnapshotError. When the data cannot be opened afterwards, the broker stops.
        """
        async with self.changing:
            self._find(name)
            check_online(self._broker)
            exchange = StateExchange(self._broker.config.log_dirs)
            kept = {Path(path): kept for path, kept in self._places(name).items()}
            try:
                await asyncio.to_thread(exchange.prepare, kept)
            except OSError as error:
                raise SnapshotError(f"snapshot {name} cannot be copied: {error}") from error
            try:
                await self._broker.reload(exchange.apply)
            except Exception as error:
                self._broker.failed.set()
                raise SnapshotError(f"snapshot {name} cannot be restored: {error}") from error
            await asyncio.to_thread(exchange.clean)

    def close(self) -> None:
        """The broker has stopped: snapshots of temporary data go."""
        if self._broker.is_ephemeral:
            remove_all([path + SUFFIX for path in self._broker.config.log_dirs])

    def _keep(self, snapshot: Snapshot, being_made: dict[str, str]) -> None:
        """Give the folders their names; the snapshot is there with the last of them."""
        cluster = {"cluster_id": self._broker.cluster_id, "node_id": self._broker.node_id}
        content = json.dumps({**asdict(snapshot), **cluster}).encode()
        files = self._broker.log_manager.files
        note = self._note(snapshot.name)
        create_file(files, str(note), content)
        for path, kept in self._places(snapshot.name).items():
            files.rename(being_made[path], kept)

    def _noted(self, note: Path) -> Snapshot | None:
        """What is known of a snapshot; None when it is not one of ours."""
        try:
            known = json.loads(note.read_bytes())
            ours = known.pop("cluster_id"), known.pop("node_id")
            snapshot = Snapshot(**known)
        except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
            logger.warning("not a note of a snapshot path=%s error=%s", note, error)
            return None
        is_ours = ours == (self._broker.cluster_id, self._broker.node_id)
        return snapshot if is_ours and note == self._note(snapshot.name) else None

    def _note(self, name: str) -> Path:
        return Path(f"{self._broker.config.log_dirs[0]}{SUFFIX}/{_NOTE}{name}")

    def _find(self, name: str) -> Snapshot:
        found = self._known.get(name)
        if found is None:
            known = ", ".join(self._known) or "none"
            raise NoSuchSnapshot(f"there is no snapshot {name}; there are: {known}")
        return found

    def _places(self, name: str) -> dict[str, str]:
        return {path: f"{path}{SUFFIX}/{name}" for path in self._broker.config.log_dirs}


__all__ = ["NoSuchSnapshot", "Snapshot", "SnapshotError", "SnapshotExists", "Snapshots"]
