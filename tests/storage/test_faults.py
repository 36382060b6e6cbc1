"""A workload over everything that a log directory does, failing once at each of its operations.

Whatever fails, the broker hears a StorageError (or an OSError, where work for another thread is
documented to raise that) and takes the directory offline; then a start with a healthy disk finds
every record that was acknowledged, in order, and files that can be read.
"""

from __future__ import annotations

import os
import random
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from faulty_disks.failing import FailingDisk, Fault
from faulty_disks.forgetful import ForgetfulDisk
from wirekafka_protocol.records.batch import iter_batches
from wirekafka_protocol.records.crc import crc32c
from wirekafka_storage import checkpoints
from wirekafka_storage.errors import StorageError
from wirekafka_storage.log_config import LogConfig
from wirekafka_storage.log_manager import LogManager
from wirekafka_storage.log_move import future_folder

CONFIG = LogConfig(
    segment_bytes=400,
    index_interval_bytes=100,
    retention_bytes=1600,
    retention_ms=-1,
    file_delete_delay_ms=0,
)
STRIDE = int(os.environ.get("FAULT_STRIDE", "9"))
"""1 fails at every operation, which takes half a minute."""


class Workload:
    """Steps of a broker's life; `acknowledged` grows with every write that returned."""

    def __init__(self, kit: Any, base: Path, disk: Any, config: LogConfig = CONFIG) -> None:
        self.kit = kit
        self.disk = disk
        self.config = config
        self.paths = [str(base / name) for name in ("a", "b")]
        self.appended: list[bytes] = []
        self.acknowledged = 0
        self.manager: LogManager
        self.sequence = 0
        self.moves = 0
        self.lost: set[int] = set()
        """Offsets that a loss of power took, in the middle of the log."""

    def open(self) -> None:
        self.manager = LogManager.open(
            self.paths,
            cluster_id=self.kit.CLUSTER_ID,
            node_id=1,
            config_for=lambda _: self.config,
            now_ms=self.kit.NOW_MS,
            files=self.disk,
        )
        for path, reason in self.manager.offline.items():
            raise StorageError("opening", path, OSError(5, reason))

    def log(self) -> Any:
        return self.manager.get_or_create("t", 0, self.kit.TOPIC_ID, self.config)

    def run(self) -> None:
        """Every step; a StorageError ends it."""
        for step in self.steps():
            step()

    def steps(self) -> Iterator[Callable[[], Any]]:
        yield self.open
        yield from [self.append] * 9
        yield self.flush_sealed
        yield self.checkpoint
        yield from [self.append] * 5
        yield self.abort
        yield self.retain
        yield self.delete_records
        yield self.move
        yield from [self.append] * 3
        yield self.flush
        yield self.checkpoint
        yield self.restart
        yield from [self.append] * 4
        yield self.retain
        yield self.append
        yield self.crash
        yield from [self.append] * 2
        yield lambda: self.manager.close(clean=True)

    def append(self) -> None:
        value = b"%d" % len(self.appended)
        self.appended.append(value)
        batch = self.kit.batch(1, producer_id=7, producer_epoch=0, base_sequence=self.sequence)
        self.kit.append(self.log(), batch)
        self.sequence += 1
        self.acknowledged = len(self.appended)

    def abort(self) -> None:
        self.appended.append(b"marker")
        self.kit.append(self.log(), self.kit.marker(producer_id=7, commit=False))
        self.acknowledged = len(self.appended)

    def flush(self) -> None:
        self.log().flush()

    def flush_sealed(self) -> None:
        for log, flush in list(self.manager.pending_flushes()):
            self.in_thread(flush.run, log.parent)
            log.flushed(flush)

    def checkpoint(self) -> None:
        for write in self.manager.pending_checkpoint():
            self.in_thread(write.run, write.path)

    def retain(self) -> None:
        if self.log().segments:
            self.log().apply_retention(self.kit.NOW_MS)
        self.in_thread(self.manager.due_deletions(self.kit.NOW_MS + 1).run, self.paths[0])

    def delete_records(self) -> None:
        log = self.log()
        log.delete_records_before(min(log.log_start_offset + 1, log.log_end_offset))

    def move(self) -> None:
        log = self.log()
        (there,) = (path for path in self.paths if path != log.parent)
        self.moves += 1
        move = self.manager.begin_move(log, there, future_folder("t", 0, f"{self.moves:032x}"))
        move.prepare()
        while (piece := move.next_copy(500)) is not None:
            piece.run()
            move.copied(piece)
        self.manager.finish_move(move, self.kit.NOW_MS)

    def restart(self) -> None:
        self.manager.close(clean=True)
        self.open()

    def crash(self) -> None:
        self.manager.close(clean=False)
        self.open()

    def in_thread(self, work: Callable[[], None], path: str) -> None:
        """Where the broker waits for a thread; there OSError takes the directory offline."""
        try:
            work()
        except OSError as error:
            raise StorageError("background work in", path, error) from error


def check(work: Workload, *, least: int) -> None:
    """What is in the log is what was appended, from its start to at least `least`."""
    log = work.log()
    assert log.log_start_offset <= log.log_end_offset
    assert least <= log.log_end_offset <= len(work.appended)
    offsets = offsets_of(log)
    assert offsets == sorted(set(offsets))
    # Of segments that were not synced an earlier one may be lost and a later one not, as in Kafka.
    # Readers step over such a hole.
    missing = set(range(log.log_start_offset, log.log_end_offset)) - set(offsets)
    assert min(missing - work.lost, default=least) >= least
    work.lost |= missing
    work.kit.append(log, work.kit.batch())
    assert offsets_of(log)[-1] == log.log_end_offset - 1


def offsets_of(log: Any) -> list[int]:
    """What a consumer gets to see; every batch holds one record."""
    found: list[int] = []
    position = log.log_start_offset
    while position < log.log_end_offset:
        end = log.log_end_offset
        piece = log.read(position, 300, upper_bound=end, min_one_message=True).read_bytes()
        headers = [header for header, _ in iter_batches(piece)]
        if not headers:
            break  # nothing follows until the next record
        assert all(crc32c(batch[21:]) == header.crc for header, batch in iter_batches(piece))
        found += [header.base_offset for header in headers]
        position = headers[-1].next_offset
    return found


def operations(kit: Any, base: Path) -> int:
    disk = FailingDisk()
    work = Workload(kit, base, disk)
    work.run()
    assert len(work.appended) == work.acknowledged == 25
    return disk.count


@pytest.mark.parametrize("fault", list(Fault))
def test_any_operation_may_fail_and_nothing_acknowledged_is_lost(
    fault: Fault, kit: Any, tmp_path: Path
) -> None:
    total = operations(kit, tmp_path / "count")
    assert total > 200
    kinds = set()
    for number in range(1, total + 1, STRIDE):
        disk = FailingDisk(fail_at=number + 3 * list(Fault).index(fault), fault=fault)
        work = Workload(kit, tmp_path / str(number), disk)
        try:
            work.run()
        except StorageError:
            pass
        except Exception as error:
            raise AssertionError(f"{disk.failed} at {number}: {error!r}") from error
        kinds.add(disk.failed.partition(" ")[0])
        work.manager.close(clean=False)
        disk.heal()
        try:
            work.open()
            check(work, least=work.acknowledged)
        except Exception as error:
            raise AssertionError(f"after {disk.failed} at {number}: {error}") from error
        finally:
            work.manager.close(clean=False)
    assert kinds >= {"create", "write", "sync", "rename", "unlink", "open", "read", "list"}


def lose_power(kit: Any, base: Path, seed: int, config: LogConfig) -> None:
    """Run a part of the workload, lose power, start again; several times over."""
    chance = random.Random(seed)
    base.mkdir()
    disk = ForgetfulDisk(str(base))
    work = Workload(kit, base, disk, config)
    work.open()
    steps = [work.append] * 8 + [work.flush_sealed, work.checkpoint, work.retain, work.flush]
    steps += [work.delete_records, work.restart, work.move]
    durable = 0
    for _ in range(3):
        for _ in range(chance.randint(1, 25)):
            step = chance.choice(steps)
            if step == work.move and not work.log().exists:
                continue
            step()
            durable = max(durable, work.log().recovery_point)
            if config.flush_messages == 1:
                durable = len(work.appended)
        work.manager.close(clean=False)
        disk.lose_power(chance)
        for path in work.paths:
            read_checkpoints(Path(path))
        work.open()
        end_offset = work.log().log_end_offset
        check(work, least=durable)
        # What was lost is gone for good: the next life goes on from here.
        work.appended[end_offset:] = [b"after"]
        producers = work.log().producers
        state = producers.producers.get(7) if producers is not None else None
        work.sequence = state.last_sequence + 1 if state is not None else 0
        durable = min(durable, end_offset)
    work.manager.close(clean=True)


def read_checkpoints(path: Path) -> None:
    """A checkpoint is the old or the new one, never a part of it."""
    for name in ("recovery-point-offset-checkpoint", "log-start-offset-checkpoint"):
        file = path / name
        if file.exists():
            checkpoints.decode_offsets(file.read_bytes())


@pytest.mark.parametrize("seed", range(25))
def test_after_a_loss_of_power_the_log_is_a_prefix_that_holds_all_that_was_synced(
    seed: int, kit: Any, tmp_path: Path
) -> None:
    lose_power(kit, tmp_path / "disk", seed, CONFIG)


@pytest.mark.parametrize("seed", range(25))
def test_with_flush_messages_1_a_loss_of_power_loses_nothing_acknowledged(
    seed: int, kit: Any, tmp_path: Path
) -> None:
    lose_power(kit, tmp_path / "disk", seed, replace(CONFIG, flush_messages=1))
