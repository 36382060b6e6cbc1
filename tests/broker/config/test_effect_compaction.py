"""What each config of compaction does, seen in the jobs that a compactor gets and in their result.

The compactor of the broker is replaced by one that works in this process and remembers its jobs.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from wirekafka_protocol.records.batch import iter_batches
from wirekafka_protocol.records.record import read_records
from wirekafka_storage.compaction.job import CompactionJob

from wirekafka.compactor import InlineCompactor
from wirekafka.log_cleaner import LogCleaner

TOPIC = 2
HOUR_MS = 3_600_000
Live = Any  # LiveBroker of conftest.py, which tests cannot import
OnBroker = Callable[..., Any]
proves = pytest.mark.proves
EAGER = "log.cleaner.min.cleanable.ratio=0"


def watched(live: Live) -> list[CompactionJob]:
    """Let compaction run here; its jobs, as they come."""
    jobs: list[CompactionJob] = []
    files = live.broker.log_manager.files

    class Watched(InlineCompactor):
        async def run(self, job: CompactionJob, on_group: Any) -> Any:
            jobs.append(job)
            return await super().run(job, on_group)

    live.broker.housekeeping._cleaner = LogCleaner(live.broker, lambda: Watched(files))
    return jobs


async def dirty(live: Live, topic: str, *values: bytes | None, **configs: str) -> None:
    """A compacted topic with all these values of one key in a sealed segment."""
    if topic not in live.broker.image.topics:
        await live.create(topic, cleanup_policy="compact", **configs)
    for value in values:
        await live.produce(topic, value)
    live.partition(topic).log.roll(live.clock.now_ms())
    await live.produce(topic, b"v", key=b"active")


async def later(live: Live, ms: int) -> None:
    """Time passes, and what compaction began is finished."""
    live.clock.advance(ms)
    cleaner = live.broker.housekeeping._cleaner
    async with asyncio.timeout(10):
        while cleaner._running:
            await asyncio.wait(cleaner._running.values())


def values(live: Live, topic: str) -> list[bytes | None]:
    log = live.partition(topic).log
    content = b"".join(Path(segment.path(".log")).read_bytes() for segment in log.segments)
    records = [record for _, batch in iter_batches(content) for record in read_records(batch)]
    return [record.value for record in records if record.key == b"k"]


@proves("log.cleaner.backoff.ms")
@pytest.mark.parametrize("backoff_ms", [15_000, 200])
def test_backoff_is_how_often_compaction_looks(on_broker: OnBroker, backoff_ms: int) -> None:
    async def scenario(live: Live) -> None:
        watched(live)
        await dirty(live, "t", b"1", b"2")
        await later(live, backoff_ms - 1)
        assert values(live, "t") == [b"1", b"2"]
        await later(live, 1)
        assert values(live, "t") == [b"2"]

    given = [] if backoff_ms == 15_000 else [f"log.cleaner.backoff.ms={backoff_ms}"]
    on_broker(scenario, EAGER, *given)


def test_a_new_backoff_counts_at_once(on_broker: OnBroker) -> None:
    async def scenario(live: Live) -> None:
        watched(live)
        await live.create("t", cleanup_policy="compact")
        await live.alter(4, "", "log.cleaner.backoff.ms", "100")
        await dirty(live, "t", b"1", b"2")
        await later(live, 100)
        assert values(live, "t") == [b"2"]
        await dirty(live, "t", b"3")
        await live.alter(4, "", "log.cleaner.backoff.ms", "90000")
        await later(live, 0)
        assert values(live, "t") == [b"3"]  # as Kafka's threads, which start anew

    on_broker(scenario, EAGER)


@proves("log.cleaner.enable")
def test_without_log_cleaner_enable_everything_stays(on_broker: OnBroker) -> None:
    async def scenario(live: Live) -> None:
        watched(live)
        await dirty(live, "t", b"1", b"2")
        await later(live, HOUR_MS)
        assert values(live, "t") == [b"1", b"2"]

    on_broker(scenario, EAGER, "log.cleaner.enable=false")


@proves(
    "log.cleaner.dedupe.buffer.size", "log.cleaner.io.buffer.load.factor",
    "log.cleaner.io.buffer.size", "log.cleaner.io.max.bytes.per.second",
)  # fmt: skip
def test_memory_and_rate_are_shared_by_the_threads(on_broker: OnBroker) -> None:
    async def scenario(live: Live) -> list[CompactionJob]:
        jobs = watched(live)
        await dirty(live, "t", b"1", b"2")
        await later(live, 15_000)
        return jobs

    (usual,) = on_broker(scenario, EAGER)
    assert (usual.map_bytes, usual.read_bytes) == (int((128 << 20) * 0.9), 256 << 10)
    assert usual.max_bytes_per_second > 1e300
    (job,) = on_broker(
        scenario, EAGER, "log.cleaner.threads=2", "log.cleaner.dedupe.buffer.size=20000000",
        "log.cleaner.io.buffer.load.factor=0.5", "log.cleaner.io.buffer.size=4000000",
        "log.cleaner.io.max.bytes.per.second=3000",
    )  # fmt: skip
    assert (job.map_bytes, job.read_bytes, job.max_bytes_per_second) == (5_000_000, 1_000_000, 1500)


@proves("log.cleaner.threads")
@pytest.mark.parametrize("threads", [0, 1, 3])
def test_threads_are_how_many_logs_are_compacted_at_once(on_broker: OnBroker, threads: int) -> None:
    async def scenario(live: Live) -> None:
        watched(live)
        for topic in ("a", "b", "c", "d"):
            await dirty(live, topic, b"1", b"2")
        live.clock.advance(15_000)
        assert len(live.broker.housekeeping._cleaner._running) == threads

    on_broker(scenario, EAGER, f"log.cleaner.threads={threads}")


@proves("min.cleanable.dirty.ratio", "log.cleaner.min.cleanable.ratio")
@pytest.mark.parametrize("of_topic", [True, False])
def test_a_log_is_compacted_when_it_is_dirtier_than_the_ratio(
    on_broker: OnBroker, of_topic: bool
) -> None:
    async def scenario(live: Live) -> None:
        watched(live)
        await dirty(live, "t", *[b"%d" % i * 100 for i in range(9)])
        await later(live, 15_000)
        assert len(values(live, "t")) == 1
        await dirty(live, "t", b"2")
        await later(live, 15_000)
        assert len(values(live, "t")) == 2
        if of_topic:
            await live.alter(TOPIC, "t", "min.cleanable.dirty.ratio", "0.2")
        else:
            await live.alter(4, "", "log.cleaner.min.cleanable.ratio", "0.2")
        await later(live, 15_000)
        assert len(values(live, "t")) == 1

    on_broker(scenario)


@proves("min.compaction.lag.ms", "log.cleaner.min.compaction.lag.ms")
@pytest.mark.parametrize("of_topic", [True, False])
def test_records_are_spared_for_min_compaction_lag(on_broker: OnBroker, of_topic: bool) -> None:
    async def scenario(live: Live) -> None:
        watched(live)
        await dirty(live, "t", b"1", b"2", **of)
        await later(live, HOUR_MS - 15_000)
        assert values(live, "t") == [b"1", b"2"]
        await later(live, 15_000)
        assert values(live, "t") == [b"2"]

    of = {"min_compaction_lag_ms": str(HOUR_MS)} if of_topic else {}
    on_broker(
        scenario, EAGER, *([] if of_topic else [f"log.cleaner.min.compaction.lag.ms={HOUR_MS}"])
    )


@proves("max.compaction.lag.ms", "log.cleaner.max.compaction.lag.ms")
@pytest.mark.parametrize("of_topic", [True, False])
def test_max_compaction_lag_rolls_and_compacts_what_waits_too_long(
    on_broker: OnBroker, of_topic: bool
) -> None:
    async def scenario(live: Live) -> None:
        watched(live)
        await live.create("t", cleanup_policy="compact", min_cleanable_dirty_ratio="1", **of)
        await live.produce("t", b"1")
        await live.produce("t", b"2")
        live.clock.advance(HOUR_MS + 1)
        assert len(live.partition("t").log.segments) == 1
        await live.produce("t", b"3")
        assert len(live.partition("t").log.segments) == 2
        await later(live, 15_000)
        assert values(live, "t") == [b"2", b"3"]

    of = {"max_compaction_lag_ms": str(HOUR_MS)} if of_topic else {}
    on_broker(scenario, *([] if of_topic else [f"log.cleaner.max.compaction.lag.ms={HOUR_MS}"]))


@proves("delete.retention.ms", "log.cleaner.delete.retention.ms")
@pytest.mark.parametrize("of_topic", [True, False])
def test_tombstones_live_for_delete_retention(on_broker: OnBroker, of_topic: bool) -> None:
    async def scenario(live: Live) -> None:
        watched(live)
        await dirty(live, "t", b"1", None, **of)
        await later(live, 15_000)
        assert values(live, "t") == [None]
        live.partition("t").log.roll(live.clock.now_ms())
        await live.produce("t", b"v", key=b"next")
        await later(live, 45_000)
        assert values(live, "t") == [None]
        live.partition("t").log.roll(live.clock.now_ms())
        await live.produce("t", b"v", key=b"last")
        await later(live, 30_000)
        assert values(live, "t") == []

    of = {"delete_retention_ms": "60000"} if of_topic else {}
    on_broker(scenario, EAGER, *([] if of_topic else ["log.cleaner.delete.retention.ms=60000"]))
