"""When logs are compacted and what becomes of a run that fails, mostly with the work inline."""

from __future__ import annotations

import asyncio
import logging
import os
import random
import signal
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from wirekafka_protocol.records.batch import iter_batches, read_header
from wirekafka_protocol.records.record import Record, build_batch, read_records
from wirekafka_storage.compaction.cleanable import cleanable, job_for

from wirekafka.cleaner_process import LONGEST_SLEEP_S, ahead_s
from wirekafka.compactor import (
    CompactionFailed,
    CorruptLog,
    InlineCompactor,
    ProcessCompactor,
    _start,
)
from wirekafka.housekeeping import Housekeeping
from wirekafka.log_cleaner import LogCleaner
from wirekafka.partition.record_log import PartitionLog

Scenario = Callable[[LogCleaner], Awaitable[None]]
HOUR_MS = 3_600_000


def put(room: Any, topic: str, *pairs: tuple[bytes | None, bytes], index: int = 0) -> None:
    """One batch with keys."""
    now_ms = room.clock.now_ms()
    batch = build_batch([Record(i, now_ms, key, value) for i, (key, value) in enumerate(pairs)])
    data = memoryview(bytearray(batch))
    partition = room.partition(topic, index)
    partition.stage(data, read_header(data), now_ms)
    room.partitions.staged.append(partition)
    assert room.partitions.commit_last()


def fill(room: Any, topic: str, rounds: int = 5, index: int = 0) -> None:
    for number in range(rounds):
        put(room, topic, *[(b"k%d" % i, b"%d" % number * 20) for i in range(20)], index=index)
    room.partition(topic, index).log.roll(room.clock.now_ms())
    put(room, topic, (b"end", b""), index=index)


def keys(room: Any, topic: str, index: int = 0) -> list[bytes | None]:
    found = iter_batches(room.log_bytes(topic, index))
    return [record.key for _, batch in found for record in read_records(batch)]


def latest(room: Any, topic: str) -> dict[bytes | None, bytes | None]:
    """What a consumer from the beginning makes of the log."""
    found = iter_batches(room.log_bytes(topic))
    return {record.key: record.value for _, batch in found for record in read_records(batch)}


async def settled(cleaner: LogCleaner) -> None:
    async with asyncio.timeout(20):
        while cleaner._running:
            await asyncio.wait(cleaner._running.values())


def run(room: Any, scenario: Scenario, compactor: Callable[[], Any] | None = None) -> None:
    async def main() -> None:
        cleaner = LogCleaner(room, compactor or (lambda: InlineCompactor(room.disk)))
        try:
            await scenario(cleaner)
        finally:
            await cleaner.stop()
        assert not cleaner._idle
        assert not cleaner._running

    asyncio.run(main())


def checkpoint(room: Any) -> list[str]:
    path = Path(room.directories[0]) / "cleaner-offset-checkpoint"
    return path.read_text().splitlines()[2:]


COMPACT = {"cleanup_policy": "compact", "min_cleanable_dirty_ratio": "0.1"}


def test_the_dirtiest_log_comes_first_and_then_the_others(
    make_room: Callable[..., Any], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    room = make_room()
    room.add_topic("a", 3, **COMPACT)
    room.add_topic("kept", cleanup_policy="delete")
    for index, rounds in enumerate((2, 9, 5)):
        fill(room, "a", rounds, index)
    fill(room, "kept")
    room.log_manager.directories[room.directories[0]].clean_offsets |= {
        ("a", 0): 20,
        ("a", 2): 80,
    }

    async def scenario(cleaner: LogCleaner) -> None:
        cleaner.clean_what_is_due()
        assert len(cleaner._running) == 1
        await settled(cleaner)
        assert [len(keys(room, "a", index)) for index in range(3)] == [21, 21, 21]
        assert len(keys(room, "kept")) == 101

    run(room, scenario)
    lines = [r.getMessage() for r in caplog.records if "log cleaned" in r.getMessage()]
    assert [line.split()[3] for line in lines] == ["partition=1", "partition=0", "partition=2"]
    assert "offsets=0..180" in lines[0]
    assert "records=180->20 keys=20" in lines[0]
    assert sorted(checkpoint(room)) == ["a 0 40", "a 1 180", "a 2 100"]


def test_a_log_that_is_clean_enough_waits_until_a_record_is_overdue(
    make_room: Callable[..., Any],
) -> None:
    room = make_room()
    room.add_topic(
        "a", cleanup_policy="compact", min_cleanable_dirty_ratio="0.9",
        max_compaction_lag_ms=str(HOUR_MS),
    )  # fmt: skip
    fill(room, "a")
    clean_offsets = room.log_manager.directories[room.directories[0]].clean_offsets
    clean_offsets["a", 0] = 20
    fill(room, "a", 1)

    async def scenario(cleaner: LogCleaner) -> None:
        clean_offsets["a", 0] = 101  # the first segment is clean: half of the bytes
        cleaner.clean_what_is_due()
        await settled(cleaner)
        assert len(keys(room, "a")) == 122
        room.clock.advance(HOUR_MS + 1)
        cleaner.clean_what_is_due()
        await settled(cleaner)
        assert len(keys(room, "a")) == 22

    run(room, scenario)


@pytest.mark.parametrize("factor", ["NaN", "Infinity", "-Infinity", "-1", "0", "1E308"])
def test_a_load_factor_that_cannot_be_leaves_a_table_that_can(
    make_room: Callable[..., Any], factor: str
) -> None:
    """The config takes every double, as in Kafka; a log must not stay as it is for that."""
    room = make_room(f"log.cleaner.io.buffer.load.factor={factor}")
    room.add_topic("a", **COMPACT)
    fill(room, "a")

    async def scenario(cleaner: LogCleaner) -> None:
        cleaner.clean_what_is_due()
        await settled(cleaner)
        assert len(keys(room, "a")) == 21

    run(room, scenario)


@pytest.mark.parametrize(
    ("bytes_per_second", "seconds"),
    [
        (10.0, 90.0),
        (0.0, LONGEST_SLEEP_S),
        (5e-324, LONGEST_SLEEP_S),
        (1e308, 0.0),
        (float("inf"), 0.0),
        (float("nan"), 0.0),
        (-1.0, 0.0),
    ],
)
def test_every_rate_says_how_long_to_wait(bytes_per_second: float, seconds: float) -> None:
    """What is no rate limits nothing, and none at all stops everything, as in Kafka."""
    assert ahead_s(1000, bytes_per_second, elapsed_s=10.0) == seconds


def test_records_are_spared_for_min_compaction_lag_ms(make_room: Callable[..., Any]) -> None:
    room = make_room()
    room.add_topic("a", min_compaction_lag_ms=str(HOUR_MS), **COMPACT)
    fill(room, "a")

    async def scenario(cleaner: LogCleaner) -> None:
        room.clock.advance(HOUR_MS - 1)
        cleaner.clean_what_is_due()
        await settled(cleaner)
        assert len(keys(room, "a")) == 101
        room.clock.advance(1)
        cleaner.clean_what_is_due()
        await settled(cleaner)
        assert len(keys(room, "a")) == 21

    run(room, scenario)


def test_a_corrupt_log_is_said_once_and_left_alone(
    make_room: Callable[..., Any], caplog: pytest.LogCaptureFixture
) -> None:
    room = make_room()
    room.add_topic("a", **COMPACT)
    room.add_topic("b", **COMPACT)
    fill(room, "a")
    fill(room, "b")
    path = Path(room.partition("a").log.segments[0].path(".log"))
    content = bytearray(path.read_bytes())
    content[100] ^= 1
    path.write_bytes(content)

    async def scenario(cleaner: LogCleaner) -> None:
        for _ in range(3):
            cleaner.clean_what_is_due()
            await settled(cleaner)
        assert len(keys(room, "b")) == 21

    run(room, scenario)
    (line,) = [r.getMessage() for r in caplog.records if r.levelname == "WARNING"]
    assert "cannot be compacted until a restart topic=a partition=0" in line
    assert "wrong CRC at offset 0" in line
    assert path.read_bytes() == content
    assert not list(path.parent.glob("*.cleaned"))


def test_a_disk_that_fails_takes_its_directory_offline(make_room: Callable[..., Any]) -> None:
    room = make_room(directories=2)
    room.add_topic("a", **COMPACT)
    room.add_topic("b", **COMPACT)
    fill(room, "a")
    fill(room, "b")
    room.disk.full.add(room.partition("a").log.parent)

    async def scenario(cleaner: LogCleaner) -> None:
        for _ in range(2):
            cleaner.clean_what_is_due()
            await settled(cleaner)
        assert room.partition("a").offline
        assert not room.partition("b").offline
        assert len(keys(room, "b")) == 21

    run(room, scenario)


class Interrupted:
    """Lets something happen before the first group is swapped."""

    def __init__(self, room: Any, happens: Callable[[], None]) -> None:
        self._inner = InlineCompactor(room.disk)
        self._happens = happens

    async def run(self, job: Any, on_group: Any) -> Any:
        def late(group: Any) -> None:
            self._happens()
            on_group(group)

        return await self._inner.run(job, late)

    async def close(self) -> None:
        pass


@pytest.mark.parametrize("change", ["deleted", "recreated", "policy"])
def test_a_log_that_changes_meanwhile_does_not_take_the_result(
    make_room: Callable[..., Any], change: str
) -> None:
    room = make_room()
    topic_id = room.add_topic("a", **COMPACT)
    fill(room, "a")
    room.log_manager.directories[room.directories[0]].clean_offsets["a", 0] = 20

    def happens() -> None:
        if change == "policy":
            room.partitions.configure_topic(topic_id, room.topic_configs({}))
            return
        room.partitions.delete_topic(topic_id)
        if change == "recreated":
            room.add_topic("a", topic_id=b"other-topic-id--", **COMPACT)
            put(room, "a", (b"new", b"v"))

    async def scenario(cleaner: LogCleaner) -> None:
        cleaner.clean_what_is_due()
        await settled(cleaner)

    run(room, scenario, lambda: Interrupted(room, happens))
    if change == "policy":
        assert len(keys(room, "a")) == 101
    elif change == "recreated":
        assert keys(room, "a") == [b"new"]
    if change != "policy":
        assert room.log_manager.directories[room.directories[0]].clean_offsets == {}
    assert not list(Path(room.directories[0]).glob("a-0/*.cleaned"))


def test_retention_leaves_a_log_alone_that_is_being_compacted(
    make_room: Callable[..., Any],
) -> None:
    room = make_room("log.retention.check.interval.ms=60000", "log.initial.task.delay.ms=0")
    room.add_topic(
        "a", cleanup_policy="compact,delete", retention_ms="1000",
        min_cleanable_dirty_ratio="0.1",
    )  # fmt: skip
    fill(room, "a")

    class Never(InlineCompactor):
        async def run(self, job: Any, on_group: Any) -> Any:
            await asyncio.Event().wait()

    async def main() -> None:
        housekeeping = Housekeeping(room)
        housekeeping._cleaner = LogCleaner(room, lambda: Never(room.disk))
        housekeeping.start()
        room.clock.advance(15_000)
        await asyncio.sleep(0)
        assert housekeeping._cleaner.is_cleaning(room.partition("a").log)
        room.clock.advance(60_000)
        assert room.partition("a").log.log_start_offset == 0
        await housekeeping.stop()

    asyncio.run(main())


def test_a_coordinator_reads_the_same_state_from_its_compacted_log(
    make_room: Callable[..., Any],
) -> None:
    room = make_room()
    room.add_topic("__consumer_offsets", internal=True, **COMPACT)
    partition = room.partition("__consumer_offsets")
    log = PartitionLog(room.partitions, partition, lambda: None)
    for number in range(50):
        log.append([(b"g%d" % (number % 7), b"%d" % number)], room.clock.now_ms())
    log.append([(b"g0", None)], room.clock.now_ms())
    partition.log.roll(room.clock.now_ms())
    log.append([(b"g9", b"last")], room.clock.now_ms())
    before = {record.key: record.value for record in log.read_all()}
    assert len(list(log.read_all())) == 52

    async def scenario(cleaner: LogCleaner) -> None:
        cleaner.clean_what_is_due()
        await settled(cleaner)

    run(room, scenario)
    assert {record.key: record.value for record in log.read_all()} == before
    assert len(list(log.read_all())) == 8


# -- the process --------------------------------------------------------------------------------


def test_the_process_does_what_is_done_inline(make_room: Callable[..., Any]) -> None:
    rooms = [make_room(), make_room()]
    for room, compactor in zip(rooms, (None, ProcessCompactor), strict=True):
        room.add_topic("a", 2, **COMPACT)
        fill(room, "a")
        fill(room, "a", index=1)

        async def scenario(cleaner: LogCleaner) -> None:
            cleaner.clean_what_is_due()
            await settled(cleaner)

        run(room, scenario, compactor)
    assert rooms[0].log_bytes("a") == rooms[1].log_bytes("a")
    assert len(keys(rooms[1], "a")) == len(keys(rooms[1], "a", 1)) == 21


@pytest.mark.skipif(os.name == "nt", reason="no such signal")
def test_a_killed_process_leaves_the_log_and_is_started_again(
    make_room: Callable[..., Any], caplog: pytest.LogCaptureFixture
) -> None:
    room = make_room("log.cleaner.io.max.bytes.per.second=100")
    room.add_topic("a", **COMPACT)
    fill(room, "a")
    before = room.log_bytes("a")
    made: list[ProcessCompactor] = []

    class Killed(ProcessCompactor):
        async def _converse(self, process: Any, job: Any, on_group: Any) -> Any:
            os.kill(process.pid, signal.SIGKILL)
            return await super()._converse(process, job, on_group)

    def make() -> ProcessCompactor:
        made.append(Killed())
        return made[-1]

    async def scenario(cleaner: LogCleaner) -> None:
        cleaner.clean_what_is_due()
        await settled(cleaner)
        assert room.log_bytes("a") == before
        assert len(made) == 1

    run(room, scenario, make)
    (line,) = [r.getMessage() for r in caplog.records if r.levelname == "WARNING"]
    assert "it will be tried again topic=a partition=0" in line
    assert not list(Path(room.directories[0]).glob("*/*.cleaned"))

    fast = InlineCompactor(room.disk)

    async def again(cleaner: LogCleaner) -> None:
        cleaner.clean_what_is_due()
        await settled(cleaner)
        assert len(keys(room, "a")) == 21

    run(room, again, lambda: fast)


@pytest.mark.skipif(os.name == "nt", reason="no such signal")
def test_killed_at_random_moments_every_key_keeps_its_last_value(
    make_room: Callable[..., Any],
) -> None:
    """WIREKAFKA_COMPACTION_KILLS=100 for a longer look."""
    rng = random.Random(int(os.environ.get("WIREKAFKA_COMPACTION_SEED", "1")))
    room = make_room("log.cleaner.io.max.bytes.per.second=200000")
    configs = {"segment_bytes": "4000", "index_interval_bytes": "500", **COMPACT}
    room.add_topic("a", **configs)
    table: dict[bytes | None, bytes | None] = {}
    outcomes = {True: 0, False: 0}
    """Kills that came after the start of the process, and before it."""

    async def one(cleaner: LogCleaner) -> None:
        compactor = ProcessCompactor()
        cleaner._new_compactor = lambda: compactor
        cleaner.clean_what_is_due()

        def kill() -> None:
            process = compactor._process
            outcomes[process is not None] += 1
            if process is not None and process.returncode is None:
                os.kill(process.pid, signal.SIGKILL)

        kill_later = asyncio.get_running_loop().call_later(rng.uniform(0.1, 0.6), kill)
        await settled(cleaner)
        kill_later.cancel()

    for _ in range(int(os.environ.get("WIREKAFKA_COMPACTION_KILLS", "3"))):
        for _ in range(60):
            pairs = [(b"k%d" % rng.randrange(40), rng.randbytes(40)) for _ in range(10)]
            put(room, "a", *pairs)
            table |= dict(pairs)
        run(room, one)
        if rng.random() < 0.5:
            room.log_manager.close(clean=False)
            room.open_logs()
            topic_id = room.add_topic("a")
            changed = {name.replace("_", "."): text for name, text in configs.items()}
            room.partitions.configure_topic(topic_id, room.topic_configs(changed))
        assert latest(room, "a") == table
    assert outcomes[True]


def test_the_process_says_what_was_wrong(make_room: Callable[..., Any], tmp_path: Path) -> None:
    room = make_room()
    room.add_topic("a", **COMPACT)
    fill(room, "a")
    log = room.partition("a").log
    found = cleanable(log, None, high_watermark=log.log_end_offset, now_ms=room.clock.now_ms())
    job = job_for(
        found, now_ms=0, map_bytes=1 << 20, read_bytes=1 << 16, max_bytes_per_second=1e300
    )
    path = Path(log.segments[0].path(".log"))
    content = path.read_bytes()

    async def main() -> None:
        compactor = ProcessCompactor()
        try:
            path.write_bytes(b"x" * len(content))
            with pytest.raises(CorruptLog, match="no batch at position 0"):
                await compactor.run(job, lambda group: None)
            path.unlink()
            with pytest.raises(CompactionFailed, match="No such file"):
                await compactor.run(job, lambda group: None)
            path.write_bytes(content)
            groups: list[Any] = []
            result = await compactor.run(job, groups.append)
            assert (result.end_offset, len(groups)) == (100, 1)
        finally:
            await compactor.close()

    asyncio.run(main())


def test_the_process_ends_with_its_input(make_room: Callable[..., Any]) -> None:
    """A broker that is killed leaves no process behind."""

    async def main() -> None:
        compactor = ProcessCompactor()
        room = make_room()
        room.add_topic("a", **COMPACT)
        fill(room, "a")
        compactor._process = process = await _start()
        assert process.stdin is not None
        process.stdin.close()
        async with asyncio.timeout(20):
            assert await process.wait() == 0
        await compactor.close()

    asyncio.run(main())
