"""The APIs of topics, over the real metadata service: requests and answers as bytes.

Answers are those recorded from Kafka 4.3.1; every version in which an API is served goes through
the codec, so a field that is null where the version cannot say so fails here.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterable
from typing import Any

from wirekafka_protocol.messages.create_partitions import (
    CreatePartitionsAssignment,
    CreatePartitionsRequest,
    CreatePartitionsTopic,
)
from wirekafka_protocol.messages.create_topics import (
    CreatableReplicaAssignment,
    CreatableTopic,
    CreatableTopicConfig,
)
from wirekafka_protocol.messages.delete_topics import DeleteTopicsRequest, DeleteTopicState
from wirekafka_protocol.messages.describe_cluster import DescribeClusterRequest
from wirekafka_protocol.messages.describe_topic_partitions import (
    Cursor,
    DescribeTopicPartitionsRequest,
    TopicRequest,
)
from wirekafka_protocol.messages.elect_leaders import ElectLeadersRequest, TopicPartitions
from wirekafka_protocol.messages.metadata import MetadataRequest, MetadataRequestTopic
from wirekafka_protocol.uuids import ZERO_UUID

CLUSTER_ID = "LlXNjEHQSgaNkjfGqNxMDg"
NO_OPERATIONS, TOPIC_OPERATIONS, CLUSTER_OPERATIONS = -(2**31), 3576, 8096
UNKNOWN_ID = b"u" * 16


Broker = Any  # AdminBroker of conftest.py, which tests cannot import
Scenario = Callable[[Broker], Coroutine[Any, Any, None]]


def with_broker(scenario: Scenario) -> Callable[[Any], None]:
    """A test that gets a started broker."""

    async def play(admin_broker: Any) -> None:
        broker = admin_broker()
        await broker.start()
        await scenario(broker)
        await broker.stop()

    def test(admin_broker: Any) -> None:
        asyncio.run(play(admin_broker))

    test.__name__ = scenario.__name__
    return test


def new(name: str, partitions: int = 1, **configs: str | None) -> CreatableTopic:
    rows = [CreatableTopicConfig(k.replace("_", "."), v) for k, v in configs.items()]
    return CreatableTopic(name, partitions, 1, configs=rows)


def errors(rows: Iterable[Any]) -> list[tuple[str | None, int]]:
    return [(row.name, row.error_code) for row in rows]


@with_broker
async def test_create_topics_in_every_version(broker: Broker) -> None:
    for version in range(2, 8):
        (row,) = await broker.create(new(f"t{version}", 2, retention_ms=" 5 "), version=version)
        assert (row.error_code, row.error_message) == (0, None)
        image = broker.image.topics[f"t{version}"]
        assert row.topic_id == (image.topic_id if version >= 7 else ZERO_UUID)
        if version >= 5:
            assert (row.num_partitions, row.replication_factor) == (2, 1)
            own = [(c.name, c.value) for c in row.configs if c.config_source == 1]
            assert own == [("retention.ms", " 5 ")]
            assert len(row.configs) > 25


@with_broker
async def test_create_topics_refuses_each_by_itself(broker: Broker) -> None:
    await broker.create(new("t"))
    rows = await broker.create(
        new("d"), new("d"), new("t", 0), new("e"), new("__cluster_metadata"),
        new("f", retention_ms=None),
    )  # fmt: skip
    assert sorted(errors(rows)) == [
        ("__cluster_metadata", 42),
        ("d", 42),
        ("e", 0),
        ("f", 40),
        ("t", 36),
    ]
    refused = next(row for row in rows if row.name == "d")
    assert refused.error_message == "Duplicate topic name."
    assert (refused.num_partitions, refused.replication_factor, refused.configs) == (-1, -1, [])
    assert sorted(broker.image.topics) == ["e", "t"]


@with_broker
async def test_create_topics_with_assignment(broker: Broker) -> None:
    rows = [CreatableReplicaAssignment(index, [1]) for index in (1, 0)]
    (row,) = await broker.create(CreatableTopic("t", -1, -1, rows))
    assert (row.num_partitions, row.replication_factor) == (2, 1)


@with_broker
async def test_create_topics_with_too_many_partitions_is_refused_as_a_whole(
    broker: Broker,
) -> None:
    rows = await broker.create(new("a", 6000), new("b", 6000))
    assert errors(rows) == [("a", 44), ("b", 44)]


@with_broker
async def test_validate_only_creates_nothing(broker: Broker) -> None:
    (row,) = await broker.create(new("t"), dry=True)
    assert row.error_code == 0
    assert row.topic_id != ZERO_UUID
    assert not broker.image.topics


@with_broker
async def test_delete_topics_by_name_in_every_version(broker: Broker) -> None:
    for version in range(1, 6):
        await broker.create(new("t"))
        request = DeleteTopicsRequest(topic_names=["t", "none"])
        answer = await broker.ask("delete_topics", request, version)
        assert sorted(errors(answer.responses)) == [("none", 3), ("t", 0)]
        assert not broker.image.topics


@with_broker
async def test_delete_topics_by_id_or_name(broker: Broker) -> None:
    await broker.create(new("a"), new("b"), new("c"), new("d"))
    ids = {name: topic.topic_id for name, topic in broker.image.topics.items()}
    states = [
        DeleteTopicState("none"), DeleteTopicState(None, UNKNOWN_ID), DeleteTopicState(None),
        DeleteTopicState("a", ids["a"]), DeleteTopicState("b"), DeleteTopicState("b"),
        DeleteTopicState(None, ids["c"]), DeleteTopicState("c"), DeleteTopicState(None, ids["d"]),
    ]  # fmt: skip
    answer = await broker.ask("delete_topics", DeleteTopicsRequest(states), 6)
    rows = {(r.name, r.topic_id): (r.error_code, r.error_message) for r in answer.responses}
    assert rows == {
        ("none", ZERO_UUID): (3, "This server does not host this topic-partition."),
        (None, UNKNOWN_ID): (100, "This server does not host this topic ID."),
        (None, ZERO_UUID): (42, "Neither topic name nor id were specified."),
        ("a", ids["a"]): (42, "You may not specify both topic name and topic id."),
        ("b", ZERO_UUID): (42, "Duplicate topic name."),
        ("c", ids["c"]): (42, "The provided topic name maps to an ID that was already supplied."),
        ("d", ids["d"]): (0, None),
    }
    assert sorted(broker.image.topics) == ["a", "b", "c"]


@with_broker
async def test_delete_topics_may_be_switched_off(broker: Broker) -> None:
    await broker.create(new("t"))
    broker.config.delete_topic_enable = False
    for version, code in ((1, 42), (2, 42), (3, 73), (5, 73)):
        request = DeleteTopicsRequest(topic_names=["t"])
        answer = await broker.ask("delete_topics", request, version)
        assert errors(answer.responses) == [("t", code)]


@with_broker
async def test_create_partitions_in_every_version(broker: Broker) -> None:
    await broker.create(new("t"), new("u"))
    for version in range(4):
        topics = [
            CreatePartitionsTopic("t", 2 + version, None),
            CreatePartitionsTopic("u", 2, []),
            CreatePartitionsTopic("none", 2, [CreatePartitionsAssignment([1])]),
            CreatePartitionsTopic("d", 2, None),
            CreatePartitionsTopic("d", 3, None),
        ]
        answer = await broker.ask(
            "create_partitions", CreatePartitionsRequest(topics, 1000), version
        )
        assert sorted(errors(answer.results)) == [("d", 42), ("none", 3), ("t", 0), ("u", 39)]
        assert len(broker.image.topics["t"].partitions) == 2 + version
    dry = CreatePartitionsRequest([CreatePartitionsTopic("u", 9, None)], 1000, True)
    assert errors((await broker.ask("create_partitions", dry, 3)).results) == [("u", 0)]
    assert len(broker.image.topics["u"].partitions) == 1


@with_broker
async def test_metadata_in_every_version(broker: Broker) -> None:
    await broker.create(new("t", 2))
    for version in range(14):
        request = MetadataRequest([MetadataRequestTopic(name="t")])
        answer = await broker.ask("metadata", request, version)
        assert [(b.node_id, b.host, b.port) for b in answer.brokers] == [(1, "127.0.0.1", 9092)]
        assert answer.cluster_id == (CLUSTER_ID if version >= 2 else None)
        (topic,) = answer.topics
        assert (topic.name, len(topic.partitions)) == ("t", 2)
        assert topic.topic_authorized_operations == NO_OPERATIONS
        partition = topic.partitions[1]
        assert (partition.leader_id, partition.replica_nodes, partition.isr_nodes) == (1, [1], [1])
        assert partition.leader_epoch == (0 if version >= 7 else -1)


@with_broker
async def test_metadata_of_all_and_of_no_topics(broker: Broker) -> None:
    await broker.create(new("t"))
    for version in range(14):
        none = await broker.ask("metadata", MetadataRequest([]), version)
        assert [t.name for t in none.topics] == (["t"] if version == 0 else [])
        if version > 0:
            every = await broker.ask("metadata", MetadataRequest(None), version)
            assert [t.name for t in every.topics] == ["t"]


@with_broker
async def test_metadata_creates_an_unknown_topic_and_says_unknown_once(broker: Broker) -> None:
    for version in (0, 4, 12):
        topic = MetadataRequestTopic(name=f"auto{version}")
        first = await broker.ask("metadata", MetadataRequest([topic]), version)
        second = await broker.ask("metadata", MetadataRequest([topic]), version)
        assert errors(first.topics) == [(topic.name, 3)]
        assert errors(second.topics) == [(topic.name, 0)]


@with_broker
async def test_metadata_creates_nothing_when_it_must_not(broker: Broker) -> None:
    unknown, invalid = MetadataRequestTopic(name="none"), MetadataRequestTopic(name="a/b")
    forbidden = MetadataRequest([unknown, invalid], allow_auto_topic_creation=False)
    answer = await broker.ask("metadata", forbidden, 12)
    assert errors(answer.topics) == [("none", 3), ("a/b", 17)]
    broker.config.auto_create_topics_enable = False
    answer = await broker.ask("metadata", MetadataRequest([unknown, invalid]), 0)
    assert errors(answer.topics) == [("none", 3), ("a/b", 17)]
    assert not broker.image.topics


@with_broker
async def test_a_topic_that_metadata_cannot_create_stays_unknown(broker: Broker) -> None:
    """As the reference answered: auto_creation_of_a_name_that_collides."""
    await broker.create(new("a.b"))
    request = MetadataRequest([MetadataRequestTopic(name="a_b")])
    for _ in range(2):
        answer = await broker.ask("metadata", request, 9)
        assert errors(answer.topics) == [("a_b", 3)]


@with_broker
async def test_metadata_by_id(broker: Broker) -> None:
    await broker.create(new("t"))
    topic_id = broker.image.topics["t"].topic_id
    asked = [
        MetadataRequestTopic(topic_id, "other"),
        MetadataRequestTopic(UNKNOWN_ID, None),
        MetadataRequestTopic(ZERO_UUID, "ignored"),
    ]
    answer = await broker.ask("metadata", MetadataRequest(asked), 12)
    assert errors(answer.topics) == [("t", 0), (None, 100)]
    for version, code in ((10, 42), (11, 42), (12, -1)):
        nameless = MetadataRequest([MetadataRequestTopic(ZERO_UUID, None)])
        answer = await broker.ask("metadata", nameless, version)
        assert errors(answer.topics) == [("", code)]
        assert (answer.brokers, answer.cluster_id, answer.controller_id) == ([], None, -1)


@with_broker
async def test_authorized_operations_only_when_asked_for(broker: Broker) -> None:
    await broker.create(new("t"))
    topics = [MetadataRequestTopic(name="t")]
    request = MetadataRequest(
        topics,
        include_cluster_authorized_operations=True,
        include_topic_authorized_operations=True,
    )
    answer = await broker.ask("metadata", request, 8)
    assert answer.topics[0].topic_authorized_operations == TOPIC_OPERATIONS
    assert answer.cluster_authorized_operations == CLUSTER_OPERATIONS


@with_broker
async def test_authorized_operations_of_names_that_do_not_exist(broker: Broker) -> None:
    """As the reference answered: operations_of_unknown_topics."""
    names = [MetadataRequestTopic(name=name) for name in ("none", "a/b")]
    request = MetadataRequest(
        names, allow_auto_topic_creation=False, include_topic_authorized_operations=True
    )
    answer = await broker.ask("metadata", request, 12)
    assert [row.topic_authorized_operations for row in answer.topics] == [TOPIC_OPERATIONS] * 2
    request.topics = [MetadataRequestTopic(UNKNOWN_ID, None)]
    answer = await broker.ask("metadata", request, 12)
    assert [row.topic_authorized_operations for row in answer.topics] == [-(2**31)]


@with_broker
async def test_describe_cluster(broker: Broker) -> None:
    for version in range(3):
        answer = await broker.ask("describe_cluster", DescribeClusterRequest(True), version)
        assert (answer.error_code, answer.cluster_id, answer.controller_id) == (0, CLUSTER_ID, 1)
        assert [(b.broker_id, b.host, b.port) for b in answer.brokers] == [(1, "127.0.0.1", 9092)]
        assert answer.cluster_authorized_operations == CLUSTER_OPERATIONS
    for endpoint_type, code, cluster_id in ((2, 114, ""), (3, 115, "")):
        request = DescribeClusterRequest(True, endpoint_type)
        answer = await broker.ask("describe_cluster", request, 1)
        assert (answer.error_code, answer.cluster_id) == (code, cluster_id)
        assert (answer.controller_id, answer.brokers) == (-1, [])
        assert answer.cluster_authorized_operations == NO_OPERATIONS


@with_broker
async def test_describe_topic_partitions_page_by_page(broker: Broker) -> None:
    await broker.create(new("b", 2), new("a"), new("c", 3))

    async def page(
        *names: str, limit: int = 2000, cursor: Cursor | None = None
    ) -> tuple[list[tuple[str, int, list[int]]], tuple[str, int] | None]:
        request = DescribeTopicPartitionsRequest([TopicRequest(n) for n in names], limit, cursor)
        answer = await broker.ask("describe_topic_partitions", request, 0)
        following = answer.next_cursor
        return [
            (t.name, t.error_code, [p.partition_index for p in t.partitions]) for t in answer.topics
        ], following and (following.topic_name, following.partition_index)

    a, b, c = ("a", 0, [0]), ("b", 0, [0, 1]), ("c", 0, [0, 1, 2])
    assert await page() == ([a, b, c], None)
    assert await page("b", "none", "a", "b") == ([a, b, ("none", 3, [])], None)
    assert await page(limit=2) == ([a, ("b", 0, [0])], ("b", 1))
    assert await page(limit=2, cursor=Cursor("b", 1)) == (
        [("b", 0, [1]), ("c", 0, [0])],
        ("c", 1),
    )
    assert await page("a", "b", limit=1) == ([a], ("b", 0))
    assert await page("b", limit=0) == ([("b", 0, [0])], ("b", 1))
    assert await page("none", "b", limit=1) == ([("b", 0, [0])], ("b", 1))
    assert await page("b", "c", cursor=Cursor("b", 5)) == ([("b", 0, []), c], None)
    assert await page("a", cursor=Cursor("b", 0)) == ([("a", 42, [])], None)
    assert await page("b", cursor=Cursor("b", -1)) == ([("b", 42, [])], None)


@with_broker
async def test_describe_topic_partitions_has_empty_lists_and_not_nulls(broker: Broker) -> None:
    await broker.create(new("t"))
    answer = await broker.ask("describe_topic_partitions", DescribeTopicPartitionsRequest(), 0)
    (topic,) = answer.topics
    assert topic.topic_authorized_operations == TOPIC_OPERATIONS
    (row,) = topic.partitions
    assert (row.eligible_leader_replicas, row.last_known_elr, row.offline_replicas) == ([], [], [])


@with_broker
async def test_elect_leaders_in_every_version(broker: Broker) -> None:
    await broker.create(new("t"))
    asked = [TopicPartitions("t", [0, 7]), TopicPartitions("none", [0])]
    for version in range(3):
        answer = await broker.ask("elect_leaders", ElectLeadersRequest(0, asked), version)
        assert answer.error_code == 0
        rows = [
            (topic.topic, row.partition_id, row.error_code)
            for topic in answer.replica_election_results
            for row in topic.partition_result
        ]
        assert rows == [("t", 0, 84), ("t", 7, 3), ("none", 0, 3)]
        every = await broker.ask("elect_leaders", ElectLeadersRequest(0, None), version)
        # Topics are listed without the partitions that need no election.
        assert [row.partition_result for row in every.replica_election_results] == [[]]
        assert every.replica_election_results[0].topic == "t"
    refused = await broker.ask("elect_leaders", ElectLeadersRequest(9, asked[:1]), 1)
    assert refused.error_code == 42
    assert len(refused.replica_election_results[0].partition_result) == 2
