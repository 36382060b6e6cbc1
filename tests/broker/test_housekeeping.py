"""The recurring jobs, on a ManualClock: retention, checkpoints, flushes, expiry."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from wirekafka_protocol.records.batch import read_header

from wirekafka.housekeeping import Housekeeping

MINUTE_MS = 60_000
HOUR_MS = 60 * MINUTE_MS
RETENTION = "log.retention.check.interval.ms=60000"
EXPIRY = "producer.id.expiration.check.interval.ms=600000"


async def settled(housekeeping: Housekeeping) -> None:
    """Wait for the worker thread."""
    if housekeeping._background:
        async with asyncio.timeout(5):
            await asyncio.wait(housekeeping._background.values())


def keep_house(room: Any, scenario: Callable[[Housekeeping], Awaitable[None]]) -> None:
    """Run a scenario on a loop with the jobs armed; afterwards they are stopped."""

    async def main() -> None:
        housekeeping = Housekeeping(room)
        housekeeping.start()
        try:
            await scenario(housekeeping)
        finally:
            await housekeeping.stop()

    asyncio.run(main())


def files(room: Any, topic: str) -> list[str]:
    return sorted(path.name for path in Path(room.partition(topic).log.folder).glob("*.log*"))


# -- retention ----------------------------------------------------------------------------------


def test_old_segments_go_out_of_the_log_and_later_from_the_disk(
    make_room: Callable[..., Any], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    room = make_room(RETENTION, "log.initial.task.delay.ms=0")
    room.add_topic("a", retention_ms="3600000", segment_ms="600000", file_delete_delay_ms="90000")
    room.append("a", b"old")
    room.clock.advance(HOUR_MS - MINUTE_MS)
    room.append("a", b"new")
    assert len(files(room, "a")) == 2

    async def scenario(housekeeping: Housekeeping) -> None:
        room.clock.advance(MINUTE_MS)
        assert room.partition("a").log.log_start_offset == 0
        room.clock.advance(MINUTE_MS)
        assert room.partition("a").log.log_start_offset == 1
        await settled(housekeeping)
        assert sum(name.endswith(".deleted") for name in files(room, "a")) == 1
        for _ in range(2):
            room.clock.advance(MINUTE_MS)
            await settled(housekeeping)
        assert files(room, "a") == ["00000000000000000001.log"]

    keep_house(room, scenario)
    (line,) = [r.getMessage() for r in caplog.records if "segment deleted" in r.getMessage()]
    assert "topic=a partition=0 base_offset=0 reason=time" in line


def test_what_is_due_for_deletion_while_the_thread_is_busy_is_not_forgotten(
    make_room: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    room = make_room(RETENTION, "log.initial.task.delay.ms=0")
    deleted = [room.add_topic(name, file_delete_delay_ms="0") for name in ("a", "b")]
    for name in ("a", "b"):
        room.append(name, b"v")
    folder = Path(room.partition("a").log.parent)
    go_on = threading.Event()
    unlink = room.disk.unlink

    def slow(path: str) -> None:
        assert go_on.wait(5)
        unlink(path)

    monkeypatch.setattr(room.disk, "unlink", slow)

    async def scenario(housekeeping: Housekeeping) -> None:
        room.partitions.delete_topic(deleted[0])
        room.clock.advance(MINUTE_MS)
        await asyncio.sleep(0)
        room.partitions.delete_topic(deleted[1])
        room.clock.advance(MINUTE_MS)
        go_on.set()
        await settled(housekeeping)
        room.clock.advance(MINUTE_MS)
        await settled(housekeeping)
        assert [path.name for path in folder.iterdir() if "-delete" in path.name] == []

    keep_house(room, scenario)


def test_a_disk_that_fails_in_retention_takes_its_directory_offline(
    make_room: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    room = make_room(RETENTION, "log.initial.task.delay.ms=0", directories=2)
    for name in ("a", "b"):
        room.add_topic(name, retention_ms="1000")
        room.append(name, b"v")
    rename = room.disk.rename

    def refuse(source: str, target: str) -> None:
        if source.startswith(room.partition("a").log.folder):
            raise OSError(5, "Input/output error", source)
        rename(source, target)

    monkeypatch.setattr(room.disk, "rename", refuse)

    async def scenario(housekeeping: Housekeeping) -> None:
        room.clock.advance(MINUTE_MS)
        assert room.partition("a").offline
        assert not room.partition("b").offline
        assert room.partition("b").log.log_start_offset == 1
        room.clock.advance(MINUTE_MS)

    keep_house(room, scenario)


# -- checkpoints --------------------------------------------------------------------------------


def test_recovery_points_and_high_watermarks_are_written(make_room: Callable[..., Any]) -> None:
    room = make_room(
        "log.flush.offset.checkpoint.interval.ms=60000", "log.initial.task.delay.ms=1000"
    )
    room.add_topic("a")
    room.append("a", b"1", b"2")
    room.partition("a").log.flush()
    directory = Path(room.directories[0])

    async def scenario(housekeeping: Housekeeping) -> None:
        room.clock.advance(MINUTE_MS)
        await settled(housekeeping)
        assert not (directory / "recovery-point-offset-checkpoint").exists()
        room.clock.advance(1000)
        await settled(housekeeping)
        for name in ("recovery-point-offset-checkpoint", "replication-offset-checkpoint"):
            assert (directory / name).read_text().splitlines()[-1] == "a 0 2"

    keep_house(room, scenario)


def test_a_disk_that_refuses_a_checkpoint_goes_offline(make_room: Callable[..., Any]) -> None:
    room = make_room(
        "log.flush.offset.checkpoint.interval.ms=60000",
        "log.initial.task.delay.ms=0",
        directories=2,
    )
    room.add_topic("a")
    room.add_topic("b")
    room.append("a", b"v")
    room.disk.full.add(room.partition("a").log.parent)

    async def scenario(housekeeping: Housekeeping) -> None:
        room.clock.advance(MINUTE_MS)
        await settled(housekeeping)
        assert room.partition("a").offline
        assert not room.partition("b").offline

    keep_house(room, scenario)


def test_no_checkpoint_is_made_while_one_is_being_written(
    make_room: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    room = make_room("log.flush.offset.checkpoint.interval.ms=60000", "log.initial.task.delay.ms=0")
    room.add_topic("a")
    room.append("a", b"v")
    started, go_on = threading.Event(), threading.Event()
    made: list[Any] = []
    pending, fsync = room.log_manager.pending_checkpoint, room.disk.fsync

    def make(high_watermark: Any) -> Any:
        made.append(pending(high_watermark))
        return made[-1]

    def slow(fd: int) -> None:
        started.set()
        assert go_on.wait(5)
        fsync(fd)

    monkeypatch.setattr(room.log_manager, "pending_checkpoint", make)
    monkeypatch.setattr(room.disk, "fsync", slow)

    async def scenario(housekeeping: Housekeeping) -> None:
        room.clock.advance(MINUTE_MS)
        await asyncio.get_running_loop().run_in_executor(None, started.wait, 5)
        room.clock.advance(MINUTE_MS)
        assert len(made) == 1
        go_on.set()
        await settled(housekeeping)
        room.clock.advance(MINUTE_MS)
        await settled(housekeeping)
        assert len(made) == 2

    keep_house(room, scenario)


# -- flushes ------------------------------------------------------------------------------------


def rolled(room: Any, *topics: str) -> None:
    """Topics with one sealed segment each."""
    for name in topics:
        room.add_topic(name)
        room.append(name, b"1")
        room.partition(name).log.roll(room.clock.now_ms())
        room.append(name, b"2")
        assert room.partition(name).log.recovery_point == 0


def test_sealed_segments_are_synced_and_the_recovery_point_moves(
    make_room: Callable[..., Any],
) -> None:
    room = make_room("log.initial.task.delay.ms=0")
    rolled(room, "a")

    async def scenario(housekeeping: Housekeeping) -> None:
        room.clock.advance(5000)
        await settled(housekeeping)
        assert room.partition("a").log.recovery_point == 1

    keep_house(room, scenario)


def test_a_sync_that_fails_takes_its_directory_offline_and_is_not_repeated(
    make_room: Callable[..., Any],
) -> None:
    """After a failed fsync the kernel may have dropped the pages: a second one proves nothing."""
    room = make_room("log.initial.task.delay.ms=0", directories=2)
    rolled(room, "a", "b")
    room.disk.broken.add(room.partition("a").log.parent)

    async def scenario(housekeeping: Housekeeping) -> None:
        room.clock.advance(5000)
        await settled(housekeeping)
        assert room.partition("a").offline
        assert room.partition("a").log.recovery_point == 0
        assert room.partition("b").log.recovery_point == 1

    keep_house(room, scenario)


def test_a_disk_that_opens_no_file_to_sync_goes_offline(
    make_room: Callable[..., Any], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    room = make_room("log.initial.task.delay.ms=0", directories=2)
    rolled(room, "a", "b")
    folder = room.partition("a").log.folder
    open_file = room.disk.open

    def refuse(path: str, flags: int) -> int:
        if path.startswith(folder):
            raise OSError(5, "Input/output error", path)
        return int(open_file(path, flags))

    monkeypatch.setattr(room.disk, "open", refuse)

    async def scenario(housekeeping: Housekeeping) -> None:
        room.clock.advance(5000)
        await settled(housekeeping)
        assert room.partition("a").offline
        assert not room.partition("b").offline
        assert room.partition("b").log.recovery_point == 1

    keep_house(room, scenario)
    assert not [record for record in caplog.records if record.exc_info]


def test_a_topic_deleted_while_it_is_synced_does_no_harm(
    make_room: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    room = make_room("log.initial.task.delay.ms=0")
    rolled(room, "a", "b")
    started, go_on = threading.Event(), threading.Event()
    fsync = room.disk.fsync

    def slow(fd: int) -> None:
        started.set()
        assert go_on.wait(5)
        fsync(fd)

    monkeypatch.setattr(room.disk, "fsync", slow)

    async def scenario(housekeeping: Housekeeping) -> None:
        room.clock.advance(5000)
        await asyncio.get_running_loop().run_in_executor(None, started.wait, 5)
        room.partitions.delete_topic(room.partition("a").topic_id)
        go_on.set()
        await settled(housekeeping)
        assert not room.partition("b").offline
        assert room.partition("b").log.recovery_point == 1

    keep_house(room, scenario)


def test_flush_ms_counts_from_the_first_unsynced_record(make_room: Callable[..., Any]) -> None:
    room = make_room("log.flush.scheduler.interval.ms=100")
    room.add_topic("a", flush_ms="1000")
    room.add_topic("b", flush_ms="1000000")

    async def scenario(housekeeping: Housekeeping) -> None:
        room.append("a", b"v")
        room.append("b", b"v")
        room.clock.advance(1000)
        assert room.partition("a").log.recovery_point == 0
        room.clock.advance(100)
        assert room.partition("a").log.recovery_point == 1
        assert room.partition("b").log.recovery_point == 0
        room.append("a", b"v")
        room.clock.advance(500)
        room.partitions.delete_topic(room.partition("a").topic_id)
        room.clock.advance(5000)
        assert set(housekeeping._unsynced_since) == {room.partition("b").log}

    keep_house(room, scenario)


# -- expiry -------------------------------------------------------------------------------------


def test_silent_producers_are_forgotten(
    make_room: Callable[..., Any], batch: Callable[..., bytes]
) -> None:
    room = make_room(EXPIRY, "producer.id.expiration.ms=3600000", "log.initial.task.delay.ms=0")
    room.add_topic("a")
    data = memoryview(bytearray(batch(b"v", producer_id=5, producer_epoch=0, base_sequence=0)))
    room.partition("a").stage(data, read_header(data), room.clock.now_ms())
    room.partitions.staged.append(room.partition("a"))
    room.partitions.commit_last()

    async def scenario(housekeeping: Housekeeping) -> None:
        producers = room.partition("a").log.producers.producers
        room.clock.advance(HOUR_MS - MINUTE_MS)
        assert list(producers) == [5]
        room.clock.advance(20 * MINUTE_MS)
        assert list(producers) == []

    keep_house(room, scenario)


def test_producers_do_not_wait_for_the_initial_delay_of_the_other_jobs(
    make_room: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    room = make_room(EXPIRY, "log.initial.task.delay.ms=3600000")
    calls: list[int] = []
    monkeypatch.setattr(room.log_manager, "expire_producers", calls.append)

    async def scenario(housekeeping: Housekeeping) -> None:
        room.clock.advance(10 * MINUTE_MS)
        assert len(calls) == 1

    keep_house(room, scenario)


# -- jobs in general ----------------------------------------------------------------------------


def test_a_job_that_fails_is_logged_and_runs_again(
    make_room: Callable[..., Any],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    room = make_room(EXPIRY, "log.initial.task.delay.ms=0")
    calls: list[int] = []

    def fail(now_ms: int) -> int:
        calls.append(now_ms)
        raise RuntimeError("bug")

    monkeypatch.setattr(room.log_manager, "expire_producers", fail)

    async def scenario(housekeeping: Housekeeping) -> None:
        room.clock.advance(30 * MINUTE_MS)
        assert len(calls) == 3

    keep_house(room, scenario)
    assert sum("producer ids" in r.getMessage() for r in caplog.records) == 3


def test_after_stop_nothing_runs(make_room: Callable[..., Any]) -> None:
    room = make_room("log.initial.task.delay.ms=0")
    rolled(room, "a")

    async def scenario(housekeeping: Housekeeping) -> None:
        await housekeeping.stop()
        room.clock.advance(24 * HOUR_MS)
        assert not housekeeping._background

    keep_house(room, scenario)
    assert room.partition("a").log.recovery_point == 0
