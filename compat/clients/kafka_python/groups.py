"""Consumer groups of the classic protocol: members, rebalances, commits."""

from __future__ import annotations

from typing import Any

from kafka import OffsetAndMetadata, TopicPartition
from kafka.coordinator.assignors.cooperative_sticky import CooperativeStickyAssignor
from kafka.coordinator.assignors.roundrobin import RoundRobinPartitionAssignor
from kafka.coordinator.assignors.sticky.sticky_assignor import StickyPartitionAssignor
from kafka.errors import NoOffsetForPartitionError

from ..python.scenario import Broker, equal, refused, until
from .kit import Member, admin_client, consumer_client, fill, new_topic, poll, values


def _member(broker: Broker, topic: str, group: str, **settings: Any) -> Member:
    return Member(consumer_client(broker, topic, group_id=group, **settings))


def _shared(*members: Member) -> list[int]:
    return [len(member.assignment()) for member in members]


def _two_share(broker: Broker, **settings: Any) -> tuple[Member, Member]:
    topic, group = new_topic(broker, 4), broker.name("group")
    first = _member(broker, topic, group, **settings)
    until(lambda: _shared(first) == [4], "the first member has all partitions")
    second = _member(broker, topic, group, **settings)
    until(lambda: _shared(first, second) == [2, 2], "each has two partitions")
    assert not first.assignment() & second.assignment(), "a partition has two owners"
    return first, second


def two_members_share_the_partitions(broker: Broker) -> None:
    """A member that joins takes half of the partitions."""
    _two_share(broker)


def a_member_that_leaves_gives_its_partitions_back(broker: Broker) -> None:
    """When a member leaves, the other one has all partitions again."""
    first, second = _two_share(broker)
    second.leave()
    until(lambda: _shared(first) == [4], "the first member has all partitions again")


def two_members_by_round_robin(broker: Broker) -> None:
    """The members' common assignor, round robin, shares the partitions."""
    _two_share(broker, partition_assignment_strategy=[RoundRobinPartitionAssignor])


def two_members_by_sticky_assignment(broker: Broker) -> None:
    """The sticky assignor shares the partitions; the first member keeps two that it had."""
    _two_share(broker, partition_assignment_strategy=[StickyPartitionAssignor])


def two_members_by_cooperative_assignment(broker: Broker) -> None:
    """The cooperative assignor moves two partitions, in two rebalances."""
    first, second = _two_share(broker, partition_assignment_strategy=[CooperativeStickyAssignor])
    second.leave()
    until(lambda: _shared(first) == [4], "the first member has all partitions again")


def a_static_member_comes_back(broker: Broker) -> None:
    """A static member that comes back in time gets its partitions without a new generation."""
    topic, group = new_topic(broker, 2), broker.name("group")
    settings = {"session_timeout_ms": 20_000}
    first = _member(broker, topic, group, group_instance_id="one", **settings)
    until(lambda: _shared(first) == [2], "the first member has all partitions")
    other = _member(broker, topic, group, group_instance_id="two", **settings)
    until(lambda: _shared(first, other) == [1, 1], "each has one partition")
    had, generation = other.assignment(), other.client.group_metadata().generation_id
    other.leave()
    again = _member(broker, topic, group, group_instance_id="two", **settings)
    until(lambda: _shared(first, again) == [1, 1], "each has one partition again")
    equal(again.assignment(), had, "partitions")
    equal(again.client.group_metadata().generation_id, generation, "generation")


def commit_and_resume(broker: Broker) -> None:
    """A member goes on where another one of its group has committed."""
    topic, group = new_topic(broker), broker.name("group")
    fill(broker, topic, 5)
    first = consumer_client(broker, topic, group_id=group, max_poll_records=3)
    equal(values(poll(first, 3)), "0 1 2")
    first.commit()
    first.close(autocommit=False)
    equal(values(poll(consumer_client(broker, topic, group_id=group), 2)), "3 4")


def commit_with_metadata(broker: Broker) -> None:
    """A commit's metadata come back with the offset."""
    topic = new_topic(broker)
    part = TopicPartition(topic, 0)
    client = consumer_client(broker, group_id=broker.name("group"))
    client.assign([part])
    client.commit({part: OffsetAndMetadata(7, "a note", -1)})
    found = client.committed(part, metadata=True)
    equal((found.offset, found.metadata), (7, "a note"), "committed")


def commit_in_the_background(broker: Broker) -> None:
    """An asynchronous commit calls back without an error and is stored."""
    topic = new_topic(broker)
    part = TopicPartition(topic, 0)
    client = consumer_client(broker, group_id=broker.name("group"))
    client.assign([part])
    answers: list[Any] = []
    client.commit_async({part: OffsetAndMetadata(3, "", -1)}, lambda *found: answers.append(found))
    until(lambda: client.poll(50) is not None and answers, "the callback")
    assert not isinstance(answers[0][1], Exception), answers
    equal(client.committed(part), 3, "committed")


def nothing_committed(broker: Broker) -> None:
    """Nothing is told of a partition that was never committed; without a reset it is an error."""
    topic = new_topic(broker)
    part = TopicPartition(topic, 0)
    client = consumer_client(broker, group_id=broker.name("group"), auto_offset_reset="none")
    client.assign([part])
    equal(client.committed(part), None, "committed")
    with refused(NoOffsetForPartitionError):
        until(lambda: client.poll(100), "anything", 5)


def commit_by_itself(broker: Broker) -> None:
    """With enable_auto_commit the position is committed by itself."""
    topic, group = new_topic(broker), broker.name("group")
    fill(broker, topic, 4)
    client = consumer_client(
        broker, topic, group_id=group, enable_auto_commit=True, auto_commit_interval_ms=100
    )
    poll(client, 4)
    part = TopicPartition(topic, 0)
    until(lambda: client.poll(50) is not None and client.committed(part) == 4, "a commit of 4")


def commit_when_closing(broker: Broker) -> None:
    """A consumer with auto commit commits its position when it is closed."""
    topic, group = new_topic(broker), broker.name("group")
    fill(broker, topic, 4)
    client = consumer_client(
        broker, topic, group_id=group, enable_auto_commit=True, auto_commit_interval_ms=60_000
    )
    poll(client, 4)
    client.close()
    found = admin_client(broker).list_group_offsets([group])[group]
    equal(found[TopicPartition(topic, 0)].offset, 4, "committed")


def lag_of_a_group(broker: Broker) -> None:
    """The lag of a group is what its commits and the ends of the partitions say."""
    topic, group = new_topic(broker, 2), broker.name("group")
    fill(broker, topic, 5, partition=0)
    fill(broker, topic, 3, partition=1)
    parts = [TopicPartition(topic, number) for number in range(2)]
    client = consumer_client(broker, group_id=group)
    client.assign(parts)
    client.commit({parts[0]: OffsetAndMetadata(2, "", -1), parts[1]: OffsetAndMetadata(3, "", -1)})
    committed = admin_client(broker).list_group_offsets([group])[group]
    ends = client.end_offsets(parts)
    equal([ends[part] - committed[part].offset for part in parts], [3, 0], "lag")
