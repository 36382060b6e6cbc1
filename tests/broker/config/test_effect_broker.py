"""What each broker config does that is no topic's default and needs no socket to be seen.

`proves` names the configs whose effect a test shows; test_effect_complete.py reads it.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from wirekafka_protocol.messages.create_topics import CreatableTopic, CreateTopicsRequest
from wirekafka_protocol.messages.delete_topics import DeleteTopicsRequest, DeleteTopicState
from wirekafka_protocol.messages.describe_cluster import DescribeClusterRequest
from wirekafka_protocol.messages.describe_configs import (
    DescribeConfigsRequest,
    DescribeConfigsResource,
)
from wirekafka_protocol.messages.describe_topic_partitions import (
    DescribeTopicPartitionsRequest,
    TopicRequest,
)
from wirekafka_protocol.messages.fetch import FetchPartition, FetchRequest, FetchTopic
from wirekafka_protocol.messages.metadata import MetadataRequest, MetadataRequestTopic

from wirekafka.config.parse import load
from wirekafka.config.property import ConfigError
from wirekafka.config.views import broker_config
from wirekafka.internal_topics import internal_topic

TOPIC, BROKER = 2, 4
DAY_MS = 86_400_000
Live = Any  # LiveBroker of conftest.py, which tests cannot import
OnBroker = Callable[..., Any]
proves = pytest.mark.proves


async def metadata(live: Live, *topics: str) -> Any:
    return await live.ask(MetadataRequest([MetadataRequestTopic(name=name) for name in topics]))


async def fetch(live: Live, *topics: str, session_epoch: int = -1) -> Any:
    rows = [
        FetchTopic(
            topic, partitions=[FetchPartition(0, fetch_offset=0, partition_max_bytes=1 << 20)]
        )
        for topic in topics
    ]
    request = FetchRequest(
        max_wait_ms=0, min_bytes=0, session_id=0, session_epoch=session_epoch, topics=rows
    )
    return await live.ask(request)


# -- topics -------------------------------------------------------------------------------------


@proves("num.partitions", "default.replication.factor")
def test_counts_of_topics_whose_creator_does_not_say(on_broker: OnBroker) -> None:
    async def counts(live: Live) -> tuple[int, int]:
        request = CreateTopicsRequest([CreatableTopic("t", -1, 1), CreatableTopic("u", 1, -1)])
        first, second = (await live.ask(request)).topics
        return first.num_partitions, second.error_code

    assert on_broker(counts) == (1, 0)
    assert on_broker(counts, "num.partitions=3", "default.replication.factor=2") == (3, 38)


@proves("auto.create.topics.enable", "num.partitions")
def test_topics_are_created_by_asking_for_them(on_broker: OnBroker) -> None:
    async def partitions(live: Live) -> tuple[int, int]:
        await metadata(live, "t")
        (row,) = (await metadata(live, "t")).topics
        return row.error_code, len(row.partitions)

    assert on_broker(partitions, "num.partitions=4") == (0, 4)
    assert on_broker(partitions, "auto.create.topics.enable=false") == (3, 0)


@proves("delete.topic.enable")
def test_topics_can_be_protected(on_broker: OnBroker) -> None:
    async def deleted(live: Live) -> int:
        await live.create("t")
        (row,) = (await live.ask(DeleteTopicsRequest([DeleteTopicState("t")]))).responses
        return row.error_code

    assert on_broker(deleted) == 0
    assert on_broker(deleted, "delete.topic.enable=false") == 73


@proves("max.request.partition.size.limit")
def test_partitions_of_one_description(on_broker: OnBroker) -> None:
    async def described(live: Live) -> int:
        await live.create("t", partitions=5)
        answer = await live.ask(DescribeTopicPartitionsRequest([TopicRequest("t")]))
        return len(answer.topics[0].partitions)

    assert on_broker(described) == 5
    assert on_broker(described, "max.request.partition.size.limit=2") == 2


# -- fetching -----------------------------------------------------------------------------------


@proves("fetch.max.bytes")
def test_bytes_of_one_fetch(on_broker: OnBroker) -> None:
    async def fetched(live: Live) -> int:
        await live.create("t")
        await live.create("u")
        for topic in ("t", "u"):
            await live.produce(topic, bytes(2000))
        answer = await fetch(live, "t", "u")
        return sum(bool(row.partitions[0].records) for row in answer.responses)

    assert on_broker(fetched) == 2
    assert on_broker(fetched, "fetch.max.bytes=1024") == 1


@proves("max.incremental.fetch.session.cache.slots")
def test_fetch_sessions(on_broker: OnBroker) -> None:
    async def sessions(live: Live) -> int:
        await live.create("t")
        answers = [await fetch(live, "t", session_epoch=0) for _ in range(3)]
        return sum(answer.session_id != 0 for answer in answers)

    assert on_broker(sessions) == 3
    assert on_broker(sessions, "max.incremental.fetch.session.cache.slots=2") == 2


# -- the node and its folders -------------------------------------------------------------------


@proves("node.id", "broker.id")
@pytest.mark.parametrize("name", ["node.id", "broker.id"])
def test_the_number_of_the_node(on_broker: OnBroker, name: str) -> None:
    async def numbers(live: Live) -> list[int]:
        return [broker.broker_id for broker in (await live.ask(DescribeClusterRequest())).brokers]

    assert on_broker(numbers) == [1]
    assert on_broker(numbers, f"{name}=7") == [7]


@proves("authorizer.class.name")
def test_an_authorizer_is_refused() -> None:
    name = "org.apache.kafka.metadata.authorizer.StandardAuthorizer"
    with pytest.raises(ConfigError, match=f"authorizer.class.name: {name} cannot be used"):
        load(assignments=[f"authorizer.class.name={name}"])
    assert load(assignments=["authorizer.class.name="]).warnings == ()


@proves("process.roles")
def test_a_controller_alone_is_refused() -> None:
    assert load(assignments=["process.roles=broker"]).warnings == ()
    with pytest.raises(ConfigError, match=r"process\.roles: wirekafka is always a broker"):
        load(assignments=["process.roles=controller"])


@proves("broker.rack")
def test_the_rack_that_clients_are_told(on_broker: OnBroker) -> None:
    async def rack(live: Live) -> str | None:
        (node,) = (await live.ask(MetadataRequest([]))).brokers
        assert node.rack == live.broker.image.brokers[1].rack
        return node.rack

    assert on_broker(rack) is None
    assert on_broker(rack, "broker.rack=north") == "north"


@proves("log.dir", "log.dirs")
def test_where_partitions_lie(on_broker: OnBroker, tmp_path: Path) -> None:
    one, two, three = (tmp_path / name for name in ("one", "two", "three"))

    async def folders(live: Live) -> int:
        await live.create("t", partitions=4)
        for index in range(4):
            live.partition("t", index).log.roll(live.clock.now_ms())
        await live.produce("t", b"v")
        return sum((folder / "meta.properties").exists() for folder in (one, two, three))

    assert on_broker(folders, f"log.dir={one}") == 1
    assert on_broker(folders, f"log.dir={two}", f"log.dirs={one},{three}") == 2
    assert one.exists()
    assert not two.exists()
    assert three.exists()


# -- housekeeping -------------------------------------------------------------------------------


async def start_after(live: Live, seconds: int) -> int:
    """The log start of a partition whose first segment is old from the beginning."""
    await live.create("t", retention_ms="1")
    await live.produce("t", b"v", timestamp=live.clock.now_ms() - 1000)
    live.clock.advance(seconds * 1000)
    await live.settled()
    return live.partition("t").log.log_start_offset


@proves("log.initial.task.delay.ms", "log.retention.check.interval.ms")
def test_when_housekeeping_begins_and_how_often_it_looks(on_broker: OnBroker) -> None:
    often = "log.retention.check.interval.ms=10000"
    assert on_broker(lambda live: start_after(live, 329)) == 0
    assert on_broker(lambda live: start_after(live, 330)) == 1
    assert on_broker(lambda live: start_after(live, 39), often) == 0
    assert on_broker(lambda live: start_after(live, 40), often) == 1
    at_once = "log.initial.task.delay.ms=0"
    assert on_broker(lambda live: start_after(live, 9), often, at_once) == 0
    assert on_broker(lambda live: start_after(live, 10), often, at_once) == 1


@proves("log.flush.offset.checkpoint.interval.ms", "log.flush.start.offset.checkpoint.interval.ms")
@pytest.mark.parametrize("which", ["", ".start"])
def test_how_often_checkpoints_are_written(on_broker: OnBroker, which: str) -> None:
    async def is_written(live: Live) -> bool:
        await live.create("t")
        await live.produce("t", b"v")
        live.partition("t").log.flush()
        live.clock.advance(40_000)
        await live.settled()
        path = live.data / "recovery-point-offset-checkpoint"
        return path.exists() and "t 0 1" in path.read_text()

    interval = "log.flush{}.offset.checkpoint.interval.ms={}"
    assert on_broker(is_written) is False
    assert on_broker(is_written, interval.format(which, 10_000)) is True


def test_a_checkpoint_interval_of_zero_is_once(on_broker: OnBroker) -> None:
    async def wait(live: Live) -> None:
        live.clock.advance(DAY_MS)
        await live.settled()

    on_broker(
        wait,
        "log.flush.offset.checkpoint.interval.ms=0",
        "log.flush.start.offset.checkpoint.interval.ms=0",
    )


@proves("producer.id.expiration.ms", "producer.id.expiration.check.interval.ms")
def test_when_idle_producers_are_forgotten(on_broker: OnBroker) -> None:
    async def producers(live: Live, *change: str) -> int:
        await live.create("t")
        fields = {"producer_id": 5, "producer_epoch": 0, "base_sequence": 0}
        assert (await live.produce("t", b"v", **fields)).error_code == 0
        if change:
            assert await live.alter(BROKER, *change) == (0, None)
        live.clock.advance(700_000)
        return len(live.partition("t").log.producers.producers)

    short = "producer.id.expiration.ms=60000"
    rarely = "producer.id.expiration.check.interval.ms=800000"
    assert on_broker(producers) == 1
    assert on_broker(producers, short) == 0
    assert on_broker(producers, short, rarely) == 1
    for owner in ("", "1"):
        assert on_broker(lambda live, o=owner: producers(live, o, *short.split("="))) == 0


# -- the topics of the broker's own -------------------------------------------------------------


async def description(live: Live, topic: str, config: str) -> tuple[int, str]:
    """Count of partitions, and the value of a config."""
    await metadata(live, topic)
    (row,) = (await metadata(live, topic)).topics
    request = DescribeConfigsRequest([DescribeConfigsResource(TOPIC, topic, [config])])
    (result,) = (await live.ask(request)).results
    (found,) = result.configs
    return len(row.partitions), found.value


@proves(
    "offsets.topic.num.partitions",
    "offsets.topic.segment.bytes",
    "transaction.state.log.num.partitions",
    "transaction.state.log.segment.bytes",
)
@pytest.mark.parametrize(
    ("topic", "prefix"),
    [
        ("__consumer_offsets", "offsets.topic"),
        ("__transaction_state", "transaction.state.log"),
    ],
)
def test_how_internal_topics_are_made(on_broker: OnBroker, topic: str, prefix: str) -> None:
    def made(*configs: str) -> Any:
        return on_broker(lambda live: description(live, topic, "segment.bytes"), *configs)

    assert made() == (50, "104857600")
    configs = [f"{prefix}.num.partitions=3", f"{prefix}.segment.bytes=2097152"]
    assert made(*configs) == (3, "2097152")


def internal_topic_of(brokers: int, name: str, *assignments: str) -> Any:
    broker: Any = SimpleNamespace(
        config=broker_config(load(assignments=assignments).layers),
        image=SimpleNamespace(brokers=dict.fromkeys(range(brokers))),
    )
    return internal_topic(broker, name)


@proves("offsets.topic.replication.factor", "transaction.state.log.replication.factor")
@pytest.mark.parametrize(
    ("topic", "prefix"),
    [
        ("__consumer_offsets", "offsets.topic"),
        ("__transaction_state", "transaction.state.log"),
    ],
)
def test_internal_topics_have_the_replicas_asked_for_and_at_most_one_on_each_broker(
    topic: str, prefix: str
) -> None:
    three = f"{prefix}.replication.factor=3"
    assert internal_topic_of(3, topic).replication_factor == 1
    assert internal_topic_of(3, topic, three).replication_factor == 3
    assert internal_topic_of(2, topic, three).replication_factor == 2


@proves("transaction.state.log.min.isr")
def test_the_transaction_topic_demands_in_sync_replicas() -> None:
    three = "transaction.state.log.replication.factor=3"
    two = "transaction.state.log.min.isr=2"
    name = "__transaction_state"
    assert internal_topic_of(3, name, three).configs["min.insync.replicas"] == "1"
    assert internal_topic_of(3, name, three, two).configs["min.insync.replicas"] == "2"
    assert internal_topic_of(1, name, three, two).configs["min.insync.replicas"] == "1"


def test_retention_leaves_internal_topics_alone(on_broker: OnBroker) -> None:
    """They are compacted, never cut: a group's offsets outlive any log.retention.ms."""

    async def starts(live: Live) -> tuple[int, int]:
        await live.create("t")
        await metadata(live, "__consumer_offsets")
        internal = live.partition("__consumer_offsets")
        live.broker.partitions.by_name["__consumer_offsets"].internal = False  # let us write
        for topic in ("t", "__consumer_offsets"):
            row = await live.produce(topic, b"v", timestamp=live.clock.now_ms() - 1000)
            assert row.error_code == 0
        live.clock.advance(400_000)
        await live.settled()
        return live.partition("t").log.log_start_offset, internal.log.log_start_offset

    assert on_broker(starts, "log.retention.ms=1000") == (1, 0)


@proves("cordoned.log.dirs")
def test_directories_that_get_no_new_partitions(on_broker: OnBroker, tmp_path: Path) -> None:
    async def directories(live: Live) -> set[str]:
        await live.create("t", partitions=4)
        return {Path(log.parent).name for log in live.broker.log_manager.logs.values()}

    both = f"log.dirs={tmp_path / 'a'},{tmp_path / 'b'}"
    assert on_broker(directories, both) == {"a", "b"}
    assert on_broker(directories, both, f"cordoned.log.dirs={tmp_path / 'a'}") == {"b"}
