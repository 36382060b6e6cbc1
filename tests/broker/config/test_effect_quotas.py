"""What the configs of quotas and of the rate of connections do, on a manual clock.

`proves` names the configs whose effect a test shows; test_effect_complete.py reads it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from threading import Event
from typing import Any

import pytest
from wirekafka_protocol.messages.alter_client_quotas import (
    AlterClientQuotasRequest,
    AlterClientQuotasRequestEntryData,
    EntityData,
    OpData,
)
from wirekafka_protocol.messages.api_versions import ApiVersionsRequest
from wirekafka_protocol.messages.create_topics import CreatableTopic, CreateTopicsRequest
from wirekafka_protocol.messages.produce import (
    PartitionProduceData,
    ProduceRequest,
    TopicProduceData,
)

from wirekafka import throttling
from wirekafka.quotas import addresses

BROKER = 4
Live = Any  # LiveBroker of conftest.py, which tests cannot import
OnBroker = Callable[..., Any]
proves = pytest.mark.proves
HELLO = ApiVersionsRequest("test", "1")
TWO = (
    "listeners=PLAINTEXT://127.0.0.1:0,MINE://127.0.0.1:0",
    "listener.security.protocol.map=PLAINTEXT:PLAINTEXT,MINE:PLAINTEXT",
)


async def limit(live: Live, key: str, value: float, kind: str = "client-id") -> None:
    """A quota of the default of a type."""
    entry = AlterClientQuotasRequestEntryData([EntityData(kind, None)], [OpData(key, value)])
    (row,) = (await live.ask(AlterClientQuotasRequest([entry]))).entries
    assert row.error_code == 0


async def throttle_of_produce(live: Live) -> int:
    """For 20,000 bytes, which fail, with a quota of 1000 a second."""
    await limit(live, "producer_byte_rate", 1000.0)
    data = TopicProduceData("none", partition_data=[PartitionProduceData(0, b"x" * 20_000)])
    answer = await live.ask(ProduceRequest(None, -1, 1000, [data]))
    throttle_ms: int = answer.throttle_time_ms
    return throttle_ms


async def throttle_of_topics(live: Live) -> int:
    """For 50 partitions, with a quota of 1 a second, as version 5 is told."""
    await limit(live, "controller_mutation_rate", 1.0)
    answer = await live.ask(CreateTopicsRequest([CreatableTopic("t", 50, 1)]), 5)
    throttle_ms: int = answer.throttle_time_ms
    return throttle_ms


@proves("quota.window.num", "quota.window.size.seconds")
def test_the_windows_of_rates(on_broker: OnBroker) -> None:
    assert on_broker(throttle_of_produce) == pytest.approx(10_000, rel=0.01)
    assert on_broker(throttle_of_produce, "quota.window.num=2") == pytest.approx(19_000, rel=0.01)
    assert on_broker(throttle_of_produce, "quota.window.num=31") == 0
    assert on_broker(throttle_of_produce, "quota.window.size.seconds=2") <= 100


def test_connections_count_their_reading_and_sending_from_the_first_request_quota_on(
    on_broker: OnBroker,
) -> None:
    async def scenario(live: Live) -> list[int]:
        server, clock = live.broker.server, live.clock
        commit = server.commit

        def slow_commit() -> bool:
            clock.advance(1500)
            return bool(commit())

        assert await live.call(HELLO)
        await limit(live, "producer_byte_rate", 1000.0)
        assert {one.network_time for one in server.connections} == {None}
        await limit(live, "request_percentage", 10.0)
        assert None not in {one.network_time for one in server.connections}
        server.commit = slow_commit
        waits = [(await live.call(HELLO)).throttle_time_ms for _ in range(2)]
        live.broker.throttling.forget()
        assert None not in {one.network_time for one in server.connections}
        server.commit = commit
        return [*waits, (await live.call(HELLO)).throttle_time_ms]

    assert on_broker(scenario) == [0, 1000, 0]


@proves("controller.quota.window.num", "controller.quota.window.size.seconds")
def test_the_windows_of_topic_changes(on_broker: OnBroker) -> None:
    assert on_broker(throttle_of_topics) == 39_000
    assert on_broker(throttle_of_topics, "controller.quota.window.num=20") == 30_000
    assert on_broker(throttle_of_topics, "controller.quota.window.size.seconds=3") == 17_000


async def waiting(live: Live, listener: int = 0) -> int:
    """How many of eleven connections at once wait at the gate; they are served in the end."""
    for _ in range(10):
        assert await live.call(HELLO, listener=listener)
    eleventh = asyncio.create_task(live.call(HELLO, listener=listener))
    server = live.broker.server
    found = 0
    async with asyncio.timeout(10):
        while not eleventh.done() and not found:
            await asyncio.sleep(0)
            found = server.gate.waiting
    live.clock.advance(1000)
    assert await eleventh
    return found


NAME = "max.connection.creation.rate"


@proves("max.connection.creation.rate")
def test_connections_above_the_rate_wait(on_broker: OnBroker) -> None:
    assert on_broker(waiting) == 0
    assert on_broker(waiting, f"{NAME}=1") == 1
    assert on_broker(waiting, f"{NAME}=2") == 0


def test_one_listener_may_have_a_rate_of_its_own(on_broker: OnBroker) -> None:
    async def of_each(live: Live) -> list[int]:
        return [await waiting(live, listener) for listener in (0, 1)]

    assert on_broker(of_each, *TWO, f"listener.name.mine.{NAME}=1") == [0, 1]


@proves("inter.broker.listener.name")
def test_the_brokers_rate_is_not_for_the_listener_of_brokers(on_broker: OnBroker) -> None:
    async def of_each(live: Live) -> list[int]:
        return [await waiting(live, listener) for listener in (0, 1)]

    own = (f"listener.name.{name}.{NAME}=1000" for name in ("mine", "plaintext"))
    configs = (*TWO, *own, f"{NAME}=1")
    assert on_broker(of_each, *configs) == [0, 1]
    assert on_broker(of_each, *configs, "inter.broker.listener.name=MINE") == [1, 0]


def test_the_rate_of_a_running_broker_changes(on_broker: OnBroker) -> None:
    async def change(live: Live) -> list[int]:
        before = await waiting(live)
        live.clock.advance(60_000)
        assert await live.alter(BROKER, "", NAME, "1") == (0, None)
        limited = await waiting(live)
        live.clock.advance(60_000)
        assert await live.alter(BROKER, "", NAME, None) == (0, None)
        return [before, limited, await waiting(live)]

    assert on_broker(change) == [0, 1, 0]


def test_connections_from_before_the_first_limit_count(on_broker: OnBroker) -> None:
    async def limited(live: Live) -> int:
        for _ in range(10):
            assert await live.call(HELLO)
        assert await live.alter(BROKER, "", NAME, "1") == (0, None)
        last = asyncio.create_task(live.call(HELLO))
        server = live.broker.server
        async with asyncio.timeout(10):
            while not last.done() and not server.gate.waiting:
                await asyncio.sleep(0)
        found: int = server.gate.waiting
        live.clock.advance(1000)
        assert await last
        return found

    assert on_broker(limited) == 1


def test_an_address_above_its_rate_is_closed_after_its_time(on_broker: OnBroker) -> None:
    async def refused(live: Live) -> bool:
        await limit(live, "connection_creation_rate", 1.0, "ip")
        for _ in range(10):
            assert await live.call(HELLO)
        eleventh = asyncio.create_task(live.call(HELLO))
        async with asyncio.timeout(10):
            while not live.broker.server.gate._refused:
                await asyncio.sleep(0)
        live.clock.advance(999)
        assert live.broker.server.gate._refused
        live.clock.advance(1)
        return await eleventh is None

    assert on_broker(refused)


def test_quotas_act_again_after_a_restart(on_broker: OnBroker, tmp_path: Any) -> None:
    async def again(live: Live) -> int:
        data = TopicProduceData("none", partition_data=[PartitionProduceData(0, b"x" * 20_000)])
        answer = await live.ask(ProduceRequest(None, -1, 1000, [data]))
        throttle_ms: int = answer.throttle_time_ms
        return throttle_ms

    assert on_broker(throttle_of_produce, data=tmp_path / "kept") > 0
    assert on_broker(again, data=tmp_path / "kept") > 0
    assert on_broker(again, data=tmp_path / "new") == 0


def test_a_broker_starts_and_stops_while_a_resolver_hangs(
    on_broker: OnBroker, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def set_limit(live: Live) -> None:
        entity = [EntityData("ip", "localhost")]
        entry = AlterClientQuotasRequestEntryData(entity, [OpData("connection_creation_rate", 1.0)])
        (row,) = (await live.ask(AlterClientQuotasRequest([entry]))).entries
        assert row.error_code == 0

    async def serves(live: Live) -> bool:
        return await live.call(HELLO) is not None

    on_broker(set_limit, data=tmp_path / "kept")
    hangs = Event()
    monkeypatch.setattr(addresses, "resolve", lambda text: hangs.wait(20) and None)
    monkeypatch.setattr(throttling, "START_PATIENCE_S", 0.01)
    assert on_broker(serves, data=tmp_path / "kept")
    assert not hangs.is_set()
    hangs.set()
