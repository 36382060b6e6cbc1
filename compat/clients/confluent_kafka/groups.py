"""Consumer groups of the classic protocol: members, rebalances, commits."""

from __future__ import annotations

from typing import Any

from confluent_kafka import (
    OFFSET_INVALID,
    Consumer,
    ConsumerGroupTopicPartitions,
    KafkaError,
    TopicPartition,
)

from ..python.scenario import Broker, equal, until
from .kit import (
    WAIT_S,
    admin_client,
    consumer_client,
    error,
    fill,
    member,
    new_topic,
    poll,
    shares,
    values,
)


def _two_share(broker: Broker, **settings: Any) -> tuple[Consumer, Consumer]:
    topic, group = new_topic(broker, 4), broker.name("group")
    first = member(broker, topic, group, **settings)
    until(lambda: shares(first) == [4], "the first member has all partitions")
    second = member(broker, topic, group, **settings)
    until(lambda: shares(first, second) == [2, 2], "each has two partitions")
    owned = [{part.partition for part in each.assignment()} for each in (first, second)]
    assert not owned[0] & owned[1], "a partition has two owners"
    return first, second


def two_members_by_range(broker: Broker) -> None:
    """A member that joins takes half of the partitions, by the range assignor."""
    _two_share(broker, partition_assignment_strategy="range")


def two_members_by_round_robin(broker: Broker) -> None:
    """A member that joins takes half of the partitions, by the round robin assignor."""
    _two_share(broker, partition_assignment_strategy="roundrobin")


def two_members_by_cooperative_assignment(broker: Broker) -> None:
    """The cooperative assignor moves two partitions, in two rebalances, and back."""
    first, second = _two_share(broker, partition_assignment_strategy="cooperative-sticky")
    second.close()
    until(lambda: shares(first) == [4], "the first member has all partitions again")


def a_member_that_leaves_gives_its_partitions_back(broker: Broker) -> None:
    """When a member leaves, the other one has all partitions again."""
    first, second = _two_share(broker)
    second.close()
    until(lambda: shares(first) == [4], "the first member has all partitions again")


def a_static_member_comes_back(broker: Broker) -> None:
    """A static member that comes back in time gets its partitions again."""
    topic, group = new_topic(broker, 2), broker.name("group")
    first = member(broker, topic, group, group_instance_id="one", session_timeout_ms=20_000)
    until(lambda: shares(first) == [2], "the first member has all partitions")
    other = member(broker, topic, group, group_instance_id="two", session_timeout_ms=20_000)
    until(lambda: shares(first, other) == [1, 1], "each has one partition")
    had = other.assignment()
    other.close()
    again = member(broker, topic, group, group_instance_id="two", session_timeout_ms=20_000)
    until(lambda: shares(first, again) == [1, 1], "each has one partition again")
    equal(again.assignment(), had, "partitions")


def members_without_a_common_assignor(broker: Broker) -> None:
    """A member without a common assignor is INCONSISTENT_GROUP_PROTOCOL."""
    topic, group = new_topic(broker), broker.name("group")
    first = member(broker, topic, group, partition_assignment_strategy="range")
    until(lambda: shares(first) == [1], "the first member has the partition")
    second = member(broker, topic, group, partition_assignment_strategy="roundrobin")
    with error(KafkaError.INCONSISTENT_GROUP_PROTOCOL):
        until(lambda: shares(first, second)[1] == 1, "the second member has the partition")


def session_timeout_too_short(broker: Broker) -> None:
    """A session timeout below group.min.session.timeout.ms is INVALID_SESSION_TIMEOUT."""
    topic, group = new_topic(broker), broker.name("group")
    client = member(broker, topic, group, session_timeout_ms=1000)
    with error(KafkaError.INVALID_SESSION_TIMEOUT):
        until(lambda: shares(client) == [1], "the member has the partition")


def commit_and_resume(broker: Broker) -> None:
    """A member goes on where another one of its group has committed."""
    topic, group = new_topic(broker), broker.name("group")
    fill(broker, topic, 5)
    first = member(broker, topic, group)
    found = poll(first, 3)
    equal(values(found), "0 1 2")
    first.commit(message=found[-1], asynchronous=False)
    first.close()
    equal(values(poll(member(broker, topic, group), 2)), "3 4")


def commit_with_metadata(broker: Broker) -> None:
    """A commit's metadata come back with the offset."""
    topic = new_topic(broker)
    client = consumer_client(broker)
    offsets = [TopicPartition(topic, 0, 7, metadata="a note")]
    client.commit(offsets=offsets, asynchronous=False)
    found = client.committed([TopicPartition(topic, 0)], timeout=WAIT_S)[0]
    equal((found.offset, found.metadata), (7, "a note"), "committed")


def commit_with_too_long_metadata(broker: Broker) -> None:
    """Metadata above 4,096 bytes are OFFSET_METADATA_TOO_LARGE."""
    topic = new_topic(broker)
    offsets = [TopicPartition(topic, 0, 7, metadata="x" * 4097)]
    with error(KafkaError.OFFSET_METADATA_TOO_LARGE):
        consumer_client(broker).commit(offsets=offsets, asynchronous=False)


def commit_in_the_background(broker: Broker) -> None:
    """An asynchronous commit calls back without an error and is stored."""
    topic, answers = new_topic(broker), []
    client = consumer_client(broker, on_commit=lambda *found: answers.append(found))
    part = TopicPartition(topic, 0, 3)
    client.assign([part])
    client.commit(offsets=[part], asynchronous=True)
    until(lambda: client.poll(0.05) is None and answers, "the callback")
    equal(answers[0][0], None, "error")
    equal(client.committed([part], timeout=WAIT_S)[0].offset, 3, "committed")


def nothing_committed(broker: Broker) -> None:
    """Nothing is told of a partition that was never committed."""
    part = TopicPartition(new_topic(broker), 0)
    found = consumer_client(broker).committed([part], timeout=WAIT_S)[0]
    equal(found.offset, OFFSET_INVALID, "committed")


def commit_by_itself(broker: Broker) -> None:
    """With enable.auto.commit the position is committed by itself."""
    topic, group = new_topic(broker), broker.name("group")
    fill(broker, topic, 4)
    settings = {"enable_auto_commit": True, "auto_commit_interval_ms": 100}
    client = member(broker, topic, group, **settings)
    poll(client, 4)
    part = TopicPartition(topic, 0)

    def committed() -> bool:
        client.poll(0.05)
        return bool(client.committed([part], timeout=WAIT_S)[0].offset == 4)

    until(committed, "a commit of 4")


def commit_when_closing(broker: Broker) -> None:
    """A consumer with auto commit commits its position when it is closed."""
    topic, group = new_topic(broker), broker.name("group")
    fill(broker, topic, 4)
    client = member(broker, topic, group, enable_auto_commit=True, auto_commit_interval_ms=60_000)
    poll(client, 4)
    client.close()
    asked = [ConsumerGroupTopicPartitions(group)]
    found = admin_client(broker).list_consumer_group_offsets(asked)[group].result(WAIT_S)
    equal([part.offset for part in found.topic_partitions], [4], "committed")


def lag_of_a_group(broker: Broker) -> None:
    """The lag of a group is what its commits and the ends of the partitions say."""
    topic = new_topic(broker, 2)
    fill(broker, topic, 5, partition=0)
    fill(broker, topic, 3, partition=1)
    client = consumer_client(broker)
    commits = [TopicPartition(topic, 0, 2), TopicPartition(topic, 1, 3)]
    client.commit(offsets=commits, asynchronous=False)
    lag = [
        client.get_watermark_offsets(part, timeout=WAIT_S)[1] - part.offset
        for part in client.committed(commits, timeout=WAIT_S)
    ]
    equal(lag, [3, 0], "lag")
