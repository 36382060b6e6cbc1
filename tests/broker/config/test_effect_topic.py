"""What each topic config does, and the broker config that is its default.

One table: a config, a value that is not the default, and a probe that looks at a topic from
outside. The value is then set in every place where Kafka lets people set it, before and after the
topic was made, without a restart, and taken away again.
"""

from __future__ import annotations

import random
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, NamedTuple

import pytest
from wirekafka_protocol.messages.delete_topics import DeleteTopicsRequest, DeleteTopicState
from wirekafka_protocol.records.batch import read_header

TOPIC, BROKER = 2, 4
HOUR_MS = 3_600_000
Live = Any  # LiveBroker of conftest.py, which tests cannot import
Probe = Callable[[Live, str], Awaitable[Any]]

_RANDOM = random.Random(1)
TEXT = b" ".join(_RANDOM.choice([b"alpha", b"beta", b"gamma", b"delta9"]) for _ in range(3000))
"""About 16 KB that compress, and the better the higher the level is."""


async def produced(live: Live, topic: str) -> int:
    return (await live.produce(topic, b"x" * 200)).error_code


async def produced_without_key(live: Live, topic: str) -> int:
    return (await live.produce(topic, b"v", key=None)).error_code


async def produced_early(live: Live, topic: str) -> int:
    at = live.clock.now_ms() - 5000
    return (await live.produce(topic, b"v", timestamp=at)).error_code


async def produced_late(live: Live, topic: str) -> int:
    at = live.clock.now_ms() + 5000
    return (await live.produce(topic, b"v", timestamp=at)).error_code


async def append_time(live: Live, topic: str) -> bool:
    row = await live.produce(topic, b"v", timestamp=live.clock.now_ms() - 7)
    return row.log_append_time_ms == live.clock.now_ms()


async def stored_codec(live: Live, topic: str) -> int:
    await live.produce(topic, TEXT)
    return read_header(first_batch(live, topic)).attributes & 7


async def stored_bytes(live: Live, topic: str) -> int:
    await live.produce(topic, TEXT)
    return live.partition(topic).log.size


async def index_entries(live: Live, topic: str) -> int:
    for _ in range(10):
        await live.produce(topic, b"v")
    return live.partition(topic).log.segments[-1].index_entries


async def segments_after_20_batches(live: Live, topic: str) -> int:
    for _ in range(20):
        await live.produce(topic, b"v")
    return len(live.partition(topic).log.segments)


async def segments_after_2_large_batches(live: Live, topic: str) -> int:
    for _ in range(2):
        await live.produce(topic, bytes(600_000))
    return len(live.partition(topic).log.segments)


async def segments_after_a_minute(live: Live, topic: str) -> int:
    await live.produce(topic, b"v")
    live.clock.advance(60_000)
    await live.produce(topic, b"v")
    return len(live.partition(topic).log.segments)


async def segments_after_two_hours(live: Live, topic: str) -> int:
    await live.produce(topic, b"v")
    live.clock.advance(2 * HOUR_MS)
    await live.produce(topic, b"v")
    return len(live.partition(topic).log.segments)


async def segments_after_almost_an_hour(live: Live, topic: str) -> int:
    await live.produce(topic, b"v")
    live.clock.advance(HOUR_MS - 1000)
    await live.produce(topic, b"v")
    return len(live.partition(topic).log.segments)


async def synced_at_once(live: Live, topic: str) -> int:
    for _ in range(3):
        await live.produce(topic, b"v")
    return live.partition(topic).log.recovery_point


async def synced_after_seconds(live: Live, topic: str) -> int:
    await live.produce(topic, b"v")
    live.clock.advance(4_000)
    return live.partition(topic).log.recovery_point


async def start_after_ten_minutes(live: Live, topic: str) -> int:
    return await start_after(live, topic, 600_000)


async def start_after_two_hours(live: Live, topic: str) -> int:
    return await start_after(live, topic, 2 * HOUR_MS)


async def start_after(live: Live, topic: str, ms: int) -> int:
    """The log start with two segments, one of that age, after a look at what is to be kept."""
    await live.produce(topic, b"v")
    live.partition(topic).log.roll(live.clock.now_ms())
    live.clock.advance(ms)
    await live.produce(topic, b"v")
    live.clock.advance(60_000)
    await live.settled()
    return live.partition(topic).log.log_start_offset


async def files_gone_after_ten_seconds(live: Live, topic: str) -> bool:
    await live.produce(topic, b"v")
    folder = live.partition(topic).log.directory
    await live.ask(DeleteTopicsRequest([DeleteTopicState(topic)]))
    assert not folder.exists()
    live.broker.log_manager.due_deletions(live.clock.now_ms() + 10_000).run()
    return not any(path.name.startswith(f"{topic}-0.") for path in folder.parent.iterdir())


def first_batch(live: Live, topic: str) -> bytes:
    log = live.partition(topic).log
    found = log.read(0, 1 << 20, upper_bound=log.log_end_offset, min_one_message=True)
    return bytes(found.read_bytes())


OFTEN = "log.retention.check.interval.ms=60000"


class Effect(NamedTuple):
    """With `value` the probe sees `seen`, without it `usual`; None where only that they differ."""

    name: str
    broker_name: str
    value: str
    probe: Probe
    usual: Any = None
    seen: Any = None
    others: Mapping[str, str] = {}
    """Configs without which the effect cannot be seen."""


def proves(name: str, broker_name: str, value: str, probe: Probe, *rest: Any, **others: str) -> Any:
    effect = Effect(name, broker_name, value, probe, *rest, others=others)
    return pytest.param(effect, id=name or broker_name)


EFFECTS = [
    proves("cleanup.policy", "log.cleanup.policy", "compact", produced_without_key, 0, 87),
    proves("compression.type", "compression.type", "gzip", stored_codec, 0, 1),
    proves("compression.gzip.level", "compression.gzip.level", "1", stored_bytes,
           compression_type="gzip"),
    proves("compression.lz4.level", "compression.lz4.level", "1", stored_bytes,
           compression_type="lz4"),
    proves("compression.zstd.level", "compression.zstd.level", "19", stored_bytes,
           compression_type="zstd"),
    proves("file.delete.delay.ms", "log.segment.delete.delay.ms", "1000",
           files_gone_after_ten_seconds, False, True),
    proves("flush.messages", "log.flush.interval.messages", "2", synced_at_once, 0, 2),
    proves("flush.ms", "log.flush.interval.ms", "1500", synced_after_seconds, 0, 1),
    proves("index.interval.bytes", "log.index.interval.bytes", "1", index_entries, 0, 9),
    proves("max.message.bytes", "message.max.bytes", "100", produced, 0, 10),
    proves("message.timestamp.after.max.ms", "log.message.timestamp.after.max.ms", "1000",
           produced_late, 0, 32),
    proves("message.timestamp.before.max.ms", "log.message.timestamp.before.max.ms", "1000",
           produced_early, 0, 32),
    proves("message.timestamp.type", "log.message.timestamp.type", "LogAppendTime", append_time,
           False, True),
    proves("retention.bytes", "log.retention.bytes", "10", start_after_ten_minutes, 0, 1),
    proves("retention.ms", "log.retention.ms", "300000", start_after_ten_minutes, 0, 1),
    proves("segment.bytes", "log.segment.bytes", "1048576", segments_after_2_large_batches, 1, 2),
    proves("segment.index.bytes", "log.index.size.max.bytes", "120", segments_after_20_batches,
           1, 2, index_interval_bytes="1"),
    proves("segment.jitter.ms", "log.roll.jitter.ms", "60010", segments_after_a_minute, 1, 2,
           segment_ms="60010"),
    proves("segment.ms", "log.roll.ms", "30000", segments_after_a_minute, 1, 2),
]  # fmt: skip


@pytest.mark.parametrize("effect", EFFECTS)
def test_wherever_it_is_set_it_has_its_effect(
    on_broker: Callable[..., Any], effect: Effect
) -> None:
    async def dynamic(live: Live) -> dict[str, Any]:
        seen = {}
        for topic in ("usual", "altered", "unset", "of-all", "of-one", "unset-again"):
            assert await live.create(topic, **effect.others) == (0, None)
        own = {effect.name.replace(".", "_"): effect.value}
        assert await live.create("created", **{**effect.others, **own}) == (0, None)
        seen["usual"] = await effect.probe(live, "usual")
        seen["created"] = await effect.probe(live, "created")
        await change(live, TOPIC, "altered", effect.name, effect.value)
        seen["altered"] = await effect.probe(live, "altered")
        await change(live, TOPIC, "unset", effect.name, effect.value)
        await change(live, TOPIC, "unset", effect.name, None)
        seen["unset"] = await effect.probe(live, "unset")
        await change(live, BROKER, "", effect.broker_name, effect.value)
        seen["of-all"] = await effect.probe(live, "of-all")
        await change(live, BROKER, "", effect.broker_name, None)
        await change(live, BROKER, "1", effect.broker_name, effect.value)
        seen["of-one"] = await effect.probe(live, "of-one")
        await change(live, BROKER, "1", effect.broker_name, None)
        seen["unset-again"] = await effect.probe(live, "unset-again")
        return seen

    async def static(live: Live) -> Any:
        assert await live.create("static", **effect.others) == (0, None)
        return await effect.probe(live, "static")

    seen = on_broker(dynamic, OFTEN)
    seen["static"] = on_broker(static, OFTEN, f"{effect.broker_name}={effect.value}")
    usual = {seen.pop(topic) for topic in ("usual", "unset", "unset-again")}
    assert len(usual) == 1
    assert len(set(seen.values())) == 1, seen
    assert usual != set(seen.values())
    if effect.seen is not None:
        assert usual == {effect.usual}
        assert set(seen.values()) == {effect.seen}


async def change(live: Live, kind: int, owner: str, name: str, value: str | None) -> None:
    assert await live.alter(kind, owner, name, value) == (0, None)


STATIC_ONLY = [
    proves("", "log.flush.scheduler.interval.ms", "900", synced_after_seconds, 0, 1),
    proves("", "log.retention.hours", "1", start_after_two_hours, 0, 1),
    proves("", "log.retention.minutes", "5", start_after_ten_minutes, 0, 1),
    proves("", "log.roll.hours", "1", segments_after_two_hours, 1, 2),
    proves("", "log.roll.jitter.hours", "1", segments_after_almost_an_hour, 1, 2,
           segment_ms="3600000"),
]  # fmt: skip


@pytest.mark.parametrize("effect", STATIC_ONLY)
def test_what_only_a_restart_changes(on_broker: Callable[..., Any], effect: Effect) -> None:
    async def probe(live: Live) -> Any:
        assert await live.create("t", **effect.others) == (0, None)
        refused = await live.alter(BROKER, "", effect.broker_name, effect.value)
        assert refused[0] == 42
        return await effect.probe(live, "t")

    assert on_broker(probe, OFTEN) == effect.usual
    assert on_broker(probe, OFTEN, f"{effect.broker_name}={effect.value}") == effect.seen


def test_minutes_beat_hours_and_milliseconds_beat_both(on_broker: Callable[..., Any]) -> None:
    async def probe(live: Live) -> Any:
        assert await live.create("t") == (0, None)
        return await start_after_ten_minutes(live, "t")

    assert on_broker(probe, OFTEN, "log.retention.hours=-1", "log.retention.minutes=5") == 1
    assert on_broker(probe, OFTEN, "log.retention.minutes=5", "log.retention.ms=-1") == 0
