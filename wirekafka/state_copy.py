"""A copy of a broker's state as of one moment.

The moment is between two wake-ups of the loop, when everything that was acknowledged is written and
nothing else is: topics with their records, groups with their offsets, open transactions, configs,
quotas. What only lives in connections is not in it: members of groups are there as their
coordinator knows them, and have to come back or time out.

To copy a partition takes some files, and of thousands of partitions nobody writes to most. So they
are copied beforehand, in turns; at the moment itself only those are copied again that have changed
since. Where all of them are written to all the time, that is all of them.
"""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

from wirekafka_storage import directory_snapshot, log_snapshot
from wirekafka_storage.errors import StorageError
from wirekafka_storage.filenames import partition_folder
from wirekafka_storage.log import Log

from wirekafka.instrument.turns import Turns
from wirekafka.metadata.engine import Unavailable
from wirekafka.metadata.local import METADATA_FILE

if TYPE_CHECKING:
    from wirekafka.broker import Broker


class SnapshotError(Exception):
    """A snapshot cannot be taken, found or restored; the text says why."""


async def copy_state(broker: Broker, targets: dict[str, str]) -> None:
    """Copy the broker's state to `targets[log directory]`, which must not exist. SnapshotError."""
    check_online(broker)
    copy = _Copy(broker, targets)
    try:
        await copy.begin()
        check_online(broker)
        if not broker.partitions.commit():
            raise SnapshotError("writing what was staged failed")
        broker.wake_soon()
        copy.finish()
    except (OSError, StorageError, Unavailable) as error:
        remove_all(list(targets.values()))
        raise SnapshotError(f"copying the state failed: {error}") from error
    except BaseException:
        remove_all(list(targets.values()))
        raise


def check_online(broker: Broker) -> None:
    """SnapshotError where a directory is not: its partitions would be missing."""
    if offline := broker.log_manager.offline:
        raise SnapshotError(f"log directories are offline: {', '.join(offline)}")


def remove_all(paths: list[str]) -> None:
    """Remove folders with all that is in them; what cannot be removed stays."""
    for path in paths:
        shutil.rmtree(path, ignore_errors=True)


class _Copy:
    """One copy: what of it is there, and as of when."""

    def __init__(self, broker: Broker, targets: dict[str, str]) -> None:
        self._broker = broker
        self._manager = broker.log_manager
        self._targets = targets
        self._copied: dict[str, object] = {}
        """The folder of each copy, and how its log was."""

    async def begin(self) -> None:
        """Copy what can be copied beforehand."""
        turns = Turns()
        directory_snapshot.make_targets(self._manager, self._targets)
        now_ms = self._broker.clock.now_ms()
        for log in list(self._manager.logs.values()):
            if turns.is_over:
                await turns.next()
            is_there = self._manager.logs.get((log.topic, log.partition)) is log and log.exists
            if is_there and not log.has_staged:
                self._take(log, now_ms)

    def finish(self) -> None:
        """At one moment: copy what has changed since, and what there is one of."""
        now_ms = self._broker.clock.now_ms()
        logs = [log for log in self._manager.logs.values() if log.exists]
        present = {self._folder(log): log for log in logs}
        for folder, state in list(self._copied.items()):
            if folder not in present or _state(present[folder]) != state:
                shutil.rmtree(folder)
                del self._copied[folder]
        for folder, log in present.items():
            if folder not in self._copied:
                self._take(log, now_ms)
        directory_snapshot.finish(self._manager, self._targets, broker_epoch=-1)
        first = self._broker.config.log_dirs[0]
        self._broker.engine.copy_to(f"{self._targets[first]}/{METADATA_FILE}")

    def _take(self, log: Log, now_ms: int) -> None:
        log_snapshot.take(log, self._targets[log.parent], now_ms)
        self._copied[self._folder(log)] = _state(log)

    def _folder(self, log: Log) -> str:
        return f"{self._targets[log.parent]}/{partition_folder(log.topic, log.partition)}"


def _state(log: Log) -> object:
    """Changes with everything that a copy has: a log only grows, and loses segments; compaction
    puts smaller ones in the place of others."""
    return (
        log.topic_id,
        log.log_start_offset,
        log.log_end_offset,
        [(segment.base_offset, segment.size) for segment in log.segments],
        None if log.epochs is None else log.epochs.encode(),
        None if log.producers is None else len(log.producers.producers),
    )
