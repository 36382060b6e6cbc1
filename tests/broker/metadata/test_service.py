"""A broker in its cluster: founding, restarts, requests, losing the office, lost answers."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Coroutine, Sequence
from pathlib import Path
from typing import Any

import pytest
from wirekafka_protocol.errors import ApiError, ErrorCode

from wirekafka.metadata import keys
from wirekafka.metadata.config_changes import ConfigChange, ConfigOperation
from wirekafka.metadata.elections import ElectionType
from wirekafka.metadata.engine import (
    Ambiguous,
    Guard,
    MetadataEngine,
    Op,
    Put,
    TxnResult,
    Unavailable,
)
from wirekafka.metadata.founding import ClusterIdentity, ClusterMismatch
from wirekafka.metadata.image import BrokerImage, Endpoint, ImageDelta, MetadataImage
from wirekafka.metadata.keys import ConfigResourceType
from wirekafka.metadata.local import LocalEngine
from wirekafka.metadata.service import MetadataService, SessionLost
from wirekafka.metadata.topics import CreatedTopic, NewPartitions, NewTopic, TopicSettings

FRESH = ClusterIdentity("LlXNjEHQSgaNkjfGqNxMDg", {"metadata.version": 29})
_incarnations = itertools.count()


def run(scenario: Coroutine[Any, Any, None]) -> None:
    asyncio.run(scenario)


@pytest.fixture
def settings(world: Any) -> TopicSettings:
    topic_settings: TopicSettings = world.settings
    return topic_settings


def service(engine: MetadataEngine, settings: TopicSettings, broker_id: int = 1) -> MetadataService:
    endpoints = (Endpoint("PLAINTEXT", "localhost", 9092),)
    incarnation = f"incarnation-{next(_incarnations)}"
    return MetadataService(engine, settings, BrokerImage(broker_id, -1, incarnation, endpoints))


async def started(
    engine: MetadataEngine, settings: TopicSettings, broker_id: int = 1
) -> MetadataService:
    metadata = service(engine, settings, broker_id)
    await metadata.start(FRESH)
    return metadata


def test_a_fresh_cluster_has_its_id_features_and_first_config(settings: TopicSettings) -> None:
    async def scenario() -> None:
        metadata = await started(LocalEngine(None), settings)
        image = metadata.image
        assert image.cluster_id == FRESH.cluster_id
        assert image.features == {"metadata.version": 29}
        assert image.configs_of(ConfigResourceType.BROKER, "") == {"min.insync.replicas": "1"}
        assert image.controller_id == 1
        assert metadata.is_controller
        assert image.brokers[1].state == "running"
        assert image.brokers[1].endpoints == (Endpoint("PLAINTEXT", "localhost", 9092),)
        await metadata.stop()

    run(scenario())


def test_restart_keeps_topics_and_raises_leader_epochs_by_one(
    tmp_path: Path, settings: TopicSettings
) -> None:
    async def scenario() -> None:
        path = tmp_path / "metadata.db"
        topics = [NewTopic("t", 150, 1, configs={"retention.ms": "1"}), NewTopic("u")]
        ids: list[bytes] = []
        for epoch in range(3):
            engine = LocalEngine(path)
            metadata = await started(engine, settings)
            if epoch == 0:
                await metadata.create_topics(topics)
            topic = metadata.image.topics["t"]
            ids.append(topic.topic_id)
            assert {p.leader_epoch for p in topic.partitions} == {epoch}
            assert {(p.leader, p.isr) for p in topic.partitions} == {(1, (1,))}
            assert topic.configs == {"retention.ms": "1"}
            assert metadata.image.controller_epoch == epoch + 1
            await metadata.stop()
            engine.close()
        assert len(set(ids)) == 1

    run(scenario())


def test_features_that_are_served_since_the_cluster_was_made_are_finalized(
    settings: TopicSettings,
) -> None:
    async def scenario() -> None:
        engine = LocalEngine(None)
        later = ClusterIdentity(
            FRESH.cluster_id, {"metadata.version": 30, "transaction.version": 2}
        )
        seen = []
        for identity in (FRESH, later, later):
            metadata = service(engine, settings)
            await metadata.start(identity)
            seen.append(dict(metadata.image.features))
            await metadata.stop()
        levels = {"metadata.version": 29, "transaction.version": 2}
        assert seen == [{"metadata.version": 29}, levels, levels]

    run(scenario())


def test_data_of_another_cluster_is_refused(settings: TopicSettings) -> None:
    async def scenario() -> None:
        engine = LocalEngine(None)
        with pytest.raises(ClusterMismatch, match="other"):
            await service(engine, settings).start(FRESH, expected_cluster_id="other")
        assert not (await engine.snapshot(b"")).items
        metadata = service(engine, settings)
        await metadata.start(FRESH, expected_cluster_id=FRESH.cluster_id)
        await metadata.stop()

    run(scenario())


def test_a_broker_id_in_use_is_refused(settings: TopicSettings) -> None:
    async def scenario() -> None:
        engine = LocalEngine(None)
        first = await started(engine, settings)
        second = service(engine, settings)
        with pytest.raises(ClusterMismatch, match="registered with id 1"):
            await second.start(FRESH)
        await second.stop()
        assert 1 in first.image.brokers
        await first.stop()

    run(scenario())


def test_requests_are_answered_when_the_listeners_know(settings: TopicSettings) -> None:
    async def scenario() -> None:
        metadata = await started(LocalEngine(None), settings)
        heard: list[str] = []

        def listen(image: MetadataImage, delta: ImageDelta) -> None:
            assert image is metadata.image
            heard.extend(f"+{t.name}/{len(t.partitions)}" for t in delta.created)
            heard.extend(f"={new.name}/{len(new.partitions)}" for _, new in delta.changed)
            heard.extend(f"-{t.name}/{len(t.partitions)}" for t in delta.deleted)

        metadata.add_listener(listen)
        await metadata.create_topics([NewTopic("t", 1000, 1)])
        assert heard == ["+t/1000"]
        await metadata.create_partitions([NewPartitions("t", 1200)])
        assert heard[1:] == ["=t/1200"]
        change = ConfigChange("retention.ms", ConfigOperation.SET, "1")
        await metadata.incremental_alter_configs([((ConfigResourceType.TOPIC, "t"), [change])])
        assert heard[2:] == ["=t/1200"]
        assert metadata.image.topics["t"].configs == {"retention.ms": "1"}
        await metadata.alter_configs([((ConfigResourceType.TOPIC, "t"), {})])
        assert metadata.image.topics["t"].configs == {}
        await metadata.delete_topics([metadata.image.topics["t"].topic_id])
        assert heard[4:] == ["-t/1200"]
        assert not metadata.image.orphans
        await metadata.stop()

    run(scenario())


def test_a_listener_that_fails_ends_neither_the_others_nor_the_watch(
    settings: TopicSettings, caplog: pytest.LogCaptureFixture
) -> None:
    async def scenario() -> None:
        metadata = await started(LocalEngine(None), settings)
        heard: list[str] = []

        def fail(image: MetadataImage, delta: ImageDelta) -> None:
            raise ValueError("cannot convert float NaN to integer")

        metadata.add_listener(fail)
        metadata.add_listener(lambda _, delta: heard.extend(t.name for t in delta.created))
        await metadata.create_topics([NewTopic("a", 1, 1)])
        await metadata.create_topics([NewTopic("b", 1, 1)])
        assert heard == ["a", "b"]
        await metadata.stop()

    run(scenario())
    failures = [one for one in caplog.records if "not wholly in force" in one.message]
    assert len(failures) >= 2
    assert all(one.exc_info for one in failures)


@pytest.mark.parametrize("partitions", [1, 98, 99, 100, 101, 250])
def test_a_topic_of_any_size_is_deleted_and_created_again(
    settings: TopicSettings, partitions: int
) -> None:
    async def scenario() -> None:
        engine = LocalEngine(None)
        metadata = await started(engine, settings)
        before = set((await engine.snapshot(b"")).items)
        ids = []
        for configs in ({}, {"retention.ms": "1"}):
            topic = NewTopic("t", partitions, 1, configs=configs)
            (created,) = await metadata.create_topics([topic])
            assert isinstance(created, CreatedTopic)
            ids.append(created.topic_id)
            assert await metadata.delete_topics([created.topic_id]) == [None]
            assert set((await engine.snapshot(b"")).items) == before
        assert ids[0] != ids[1]
        await metadata.stop()

    run(scenario())


def test_validate_only_changes_nothing(settings: TopicSettings) -> None:
    async def scenario() -> None:
        metadata = await started(LocalEngine(None), settings)
        revision = metadata.image.revision
        (created,) = await metadata.create_topics([NewTopic("t")], validate_only=True)
        assert isinstance(created, CreatedTopic)
        resource = (ConfigResourceType.GROUP, "g")
        change = ConfigChange("retention.ms", ConfigOperation.SET, "1")
        await metadata.incremental_alter_configs([(resource, [change])], validate_only=True)
        assert metadata.image.revision == revision
        await metadata.stop()

    run(scenario())


def test_concurrent_requests_are_decided_one_after_the_other(settings: TopicSettings) -> None:
    async def scenario() -> None:
        metadata = await started(LocalEngine(None), settings)
        outcomes = await asyncio.gather(
            *(metadata.create_topics([NewTopic("t", 300, 1)]) for _ in range(3))
        )
        kinds = [type(outcome) for (outcome,) in outcomes]
        assert kinds == [CreatedTopic, ApiError, ApiError]
        await metadata.stop()

    run(scenario())


def test_producer_id_blocks_are_never_given_twice(tmp_path: Path, settings: TopicSettings) -> None:
    async def scenario() -> None:
        blocks = []
        for _ in range(2):
            engine = LocalEngine(tmp_path / "metadata.db")
            metadata = await started(engine, settings)
            blocks += [await metadata.allocate_producer_id_block() for _ in range(2)]
            blocks += await asyncio.gather(
                *(metadata.allocate_producer_id_block() for _ in range(3))
            )
            await metadata.stop()
            engine.close()
        assert sorted(blocks) == [(n * 1000, 1000) for n in range(10)]

    run(scenario())


def test_election_when_nothing_needs_one(settings: TopicSettings) -> None:
    async def scenario() -> None:
        metadata = await started(LocalEngine(None), settings)
        await metadata.create_topics([NewTopic("t")])
        asked = [("t", 0), ("t", 7), ("none", 0)]
        outcome = await metadata.elect_leaders(ElectionType.PREFERRED, asked)
        errors = {key: error and (error.code, error.message) for key, error in outcome}
        unknown = ErrorCode.UNKNOWN_TOPIC_OR_PARTITION
        assert errors == {
            ("t", 0): (
                ErrorCode.ELECTION_NOT_NEEDED,
                "Leader election not needed for topic partition.",
            ),
            ("t", 7): (unknown, "No such partition as t-7"),
            ("none", 0): (unknown, "No such topic as none"),
        }
        assert await metadata.elect_leaders(ElectionType.PREFERRED, None) == []
        await metadata.stop()

    run(scenario())


def test_a_second_broker_takes_over_leaders_and_office(settings: TopicSettings) -> None:
    async def scenario() -> None:
        engine = LocalEngine(None)
        first = await started(engine, settings, 1)
        first_run = asyncio.create_task(first.run())
        second = await started(engine, settings, 2)
        second_run = asyncio.create_task(second.run())
        assert not second.is_controller
        with pytest.raises(ApiError) as refused:
            await second.create_topics([NewTopic("t")])
        assert refused.value.code is ErrorCode.NOT_CONTROLLER
        await first.create_topics([NewTopic("t", 2, 2), NewTopic("single", 2, 1)])
        first_run.cancel()
        await asyncio.wait({first_run})
        await first.stop()

        settled = asyncio.Event()
        second.add_listener(lambda image, _: settled.set() if _is_settled(image) else None)
        async with asyncio.timeout(5):
            await settled.wait()
        led = [(p.leader, p.leader_epoch, p.isr) for p in second.image.topics["t"].partitions]
        assert led == [(2, 1, (2,)), (2, 0, (2,))]
        alone = sorted((p.leader, p.isr) for p in second.image.topics["single"].partitions)
        assert alone == [(-1, (1,)), (2, (2,))]
        assert second.is_controller
        assert second.image.controller_epoch == 2

        again = await started(engine, settings, 1)
        alone = sorted((p.leader, p.isr) for p in again.image.topics["single"].partitions)
        assert alone == [(1, (1,)), (2, (2,))]
        second_run.cancel()
        await asyncio.wait({second_run})
        await again.stop()
        await second.stop()

    def _is_settled(image: MetadataImage) -> bool:
        leaders = [p.leader for t in image.topics.values() for p in t.partitions]
        return image.controller_id == 2 and 1 not in leaders

    run(scenario())


def test_a_deposed_controller_can_write_nothing(settings: TopicSettings) -> None:
    async def scenario() -> None:
        engine = LocalEngine(None)
        metadata = await started(engine, settings)
        stale = metadata.image
        await engine.txn([], [Put(keys.CONTROLLER_EPOCH, b"9")])  # as a new controller would
        with pytest.raises(ApiError) as refused:
            await metadata.create_topics([NewTopic("t")])
        assert refused.value.code is ErrorCode.NOT_CONTROLLER
        assert not metadata.is_controller
        assert metadata.image.topics == stale.topics
        running = asyncio.create_task(metadata.run())
        back = asyncio.Event()
        metadata.add_listener(lambda image, _: back.set() if image.controller_epoch == 10 else None)
        async with asyncio.timeout(5):
            await back.wait()
            running.cancel()
            await asyncio.wait({running})
        await metadata.stop()

    run(scenario())


def test_losing_the_session_ends_the_run(settings: TopicSettings) -> None:
    async def scenario() -> None:
        engine = LocalEngine(None)
        metadata = await started(engine, settings)
        running = asyncio.create_task(metadata.run())
        assert metadata._session is not None
        await metadata._session.revoke()
        with pytest.raises(SessionLost, match="broker 1"):
            await running
        await metadata.stop()

    run(scenario())


class Unsure:
    """An engine that loses answers: of the next transactions, before or after they happen."""

    def __init__(self, engine: LocalEngine) -> None:
        self._engine = engine
        self.faults: list[str] = []
        self.snapshot = engine.snapshot
        self.watch = engine.watch
        self.session = engine.session

    async def txn(self, guards: Sequence[Guard], ops: Sequence[Op]) -> TxnResult:
        fault = self.faults.pop(0) if self.faults else ""
        if fault == "unavailable":
            raise Unavailable("no answer")
        if fault == "lost before":
            raise Ambiguous("lost")
        result = await self._engine.txn(guards, ops)
        if fault == "lost after":
            raise Ambiguous("lost")
        return result


def test_a_lost_answer_of_a_write_that_happened_is_a_success(settings: TopicSettings) -> None:
    async def scenario() -> None:
        engine = Unsure(LocalEngine(None))
        metadata = await started(engine, settings)
        engine.faults = ["lost after", "lost after"]
        (created,) = await metadata.create_topics([NewTopic("t", 150, 1)])
        assert isinstance(created, CreatedTopic)
        assert len(metadata.image.topics["t"].partitions) == 150
        assert metadata.is_controller
        await metadata.stop()

    run(scenario())


@pytest.mark.parametrize(
    ("faults", "keeps_office"),
    [
        (["unavailable"], True),
        (["", "unavailable"], True),
        (["lost before"], False),
        (["", "lost before"], False),
    ],
)
def test_a_write_that_may_not_have_happened_times_out_and_can_be_asked_again(
    settings: TopicSettings, faults: list[str], keeps_office: bool
) -> None:
    async def scenario() -> None:
        engine = Unsure(LocalEngine(None))
        metadata = await started(engine, settings)
        engine.faults = list(faults)
        with pytest.raises(ApiError) as refused:
            await metadata.create_topics([NewTopic("t", 150, 1)])
        assert refused.value.code is ErrorCode.REQUEST_TIMED_OUT
        assert metadata.is_controller is keeps_office
        assert "t" not in metadata.image.topics
        running = asyncio.create_task(metadata.run())
        for _ in range(50):  # turns of the loop in which the office is taken again
            await asyncio.sleep(0)
        assert metadata.is_controller
        (created,) = await metadata.create_topics([NewTopic("t", 3, 1)])
        assert isinstance(created, CreatedTopic)
        assert len(metadata.image.topics["t"].partitions) == 3
        running.cancel()
        await asyncio.wait({running})
        await metadata.stop()

    run(scenario())


def test_a_lost_answer_wastes_a_producer_id_block_but_repeats_none(
    settings: TopicSettings,
) -> None:
    async def scenario() -> None:
        engine = Unsure(LocalEngine(None))
        metadata = await started(engine, settings)
        engine.faults = ["lost after", "lost before"]
        assert await metadata.allocate_producer_id_block() == (1000, 1000)
        assert await metadata.allocate_producer_id_block() == (2000, 1000)
        await metadata.stop()

    run(scenario())


def test_a_watch_that_falls_behind_takes_a_snapshot(settings: TopicSettings) -> None:
    async def scenario() -> None:
        engine = LocalEngine(None, history_events=3)
        metadata = await started(engine, settings)
        resource = keys.config((ConfigResourceType.GROUP, "g"))
        for n in range(9):  # without a turn of the loop, so the watch sees none of them
            await engine.txn([], [Put(resource, b'{"n":"%d"}' % n)])
        await metadata.create_topics([NewTopic("t")])
        assert metadata.image.configs_of(ConfigResourceType.GROUP, "g") == {"n": "8"}
        assert MetadataImage.from_snapshot(await engine.snapshot(b"")) == metadata.image
        await metadata.stop()

    run(scenario())
