"""Consumer groups of the classic protocol: members, rebalances, commits."""

from __future__ import annotations

from typing import Any

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.coordinator.assignors.range import RangePartitionAssignor
from aiokafka.coordinator.assignors.sticky.sticky_assignor import StickyPartitionAssignor

from ..python.scenario import Broker, equal
from .kit import admin_client, consumer_client, fill, new_topic, poll, until, values


def _shares(*members: AIOKafkaConsumer) -> list[int]:
    return [len(member.assignment()) for member in members]


async def _two_share(broker: Broker, **settings: Any) -> tuple[AIOKafkaConsumer, AIOKafkaConsumer]:
    topic, group = await new_topic(broker, 4), broker.name("group")
    first = await consumer_client(broker, topic, group_id=group, **settings)
    await until(lambda: _shares(first) == [4], "the first member has all partitions")
    second = await consumer_client(broker, topic, group_id=group, **settings)
    await until(lambda: _shares(first, second) == [2, 2], "each has two partitions")
    assert not first.assignment() & second.assignment(), "a partition has two owners"
    return first, second


async def two_members_share_the_partitions(broker: Broker) -> None:
    """A member that joins takes half of the partitions."""
    await _two_share(broker)


async def two_members_by_range(broker: Broker) -> None:
    """The members' common assignor, range, shares the partitions."""
    await _two_share(broker, partition_assignment_strategy=(RangePartitionAssignor,))


async def two_members_by_sticky_assignment(broker: Broker) -> None:
    """The sticky assignor shares the partitions."""
    await _two_share(broker, partition_assignment_strategy=(StickyPartitionAssignor,))


async def a_member_that_leaves_gives_its_partitions_back(broker: Broker) -> None:
    """When a member leaves, the other one has all partitions again."""
    first, second = await _two_share(broker)
    await second.stop()
    await until(lambda: _shares(first) == [4], "the first member has all partitions again")


async def a_static_member_comes_back(broker: Broker) -> None:
    """A static member that comes back in time gets its partitions again."""
    topic, group = await new_topic(broker, 2), broker.name("group")
    settings = {"group_id": group, "session_timeout_ms": 20_000}
    first = await consumer_client(broker, topic, group_instance_id="one", **settings)
    await until(lambda: _shares(first) == [2], "the first member has all partitions")
    other = await consumer_client(broker, topic, group_instance_id="two", **settings)
    await until(lambda: _shares(first, other) == [1, 1], "each has one partition")
    had = other.assignment()
    await other.stop()
    again = await consumer_client(broker, topic, group_instance_id="two", **settings)
    await until(lambda: _shares(first, again) == [1, 1], "each has one partition again")
    equal(again.assignment(), had, "partitions")


async def commit_and_resume(broker: Broker) -> None:
    """A member goes on where another one of its group has committed."""
    topic, group = await new_topic(broker), broker.name("group")
    await fill(broker, topic, 5)
    first = await consumer_client(broker, topic, group_id=group, max_poll_records=3)
    equal(values(await poll(first, 3)), "0 1 2")
    await first.commit()
    await first.stop()
    second = await consumer_client(broker, topic, group_id=group)
    equal(values(await poll(second, 2)), "3 4")


async def commit_with_metadata(broker: Broker) -> None:
    """A commit's metadata come back with the offset."""
    topic, group = await new_topic(broker), broker.name("group")
    part, client = TopicPartition(topic, 0), await consumer_client(broker, group_id=group)
    client.assign([part])
    await client.commit({part: (7, "a note")})
    found = (await (await admin_client(broker)).list_consumer_group_offsets(group))[part]
    equal((found.offset, found.metadata), (7, "a note"), "committed")


async def nothing_committed(broker: Broker) -> None:
    """Nothing is told of a partition that was never committed."""
    part = TopicPartition(await new_topic(broker), 0)
    client = await consumer_client(broker, group_id=broker.name("group"))
    client.assign([part])
    equal(await client.committed(part), None, "committed")


async def commit_by_itself(broker: Broker) -> None:
    """With enable_auto_commit the position is committed by itself."""
    topic, group = await new_topic(broker), broker.name("group")
    await fill(broker, topic, 4)
    client = await consumer_client(
        broker, topic, group_id=group, enable_auto_commit=True, auto_commit_interval_ms=100
    )
    await poll(client, 4)
    part, admin = TopicPartition(topic, 0), await admin_client(broker)

    async def committed() -> bool:
        found = await admin.list_consumer_group_offsets(group)
        return part in found and found[part].offset == 4

    await until(committed, "a commit of 4")


async def commit_when_stopping(broker: Broker) -> None:
    """A consumer with auto commit commits its position when it is stopped."""
    topic, group = await new_topic(broker), broker.name("group")
    await fill(broker, topic, 4)
    client = await consumer_client(
        broker, topic, group_id=group, enable_auto_commit=True, auto_commit_interval_ms=60_000
    )
    await poll(client, 4)
    await client.stop()
    found = await (await admin_client(broker)).list_consumer_group_offsets(group)
    equal(found[TopicPartition(topic, 0)].offset, 4, "committed")


async def lag_of_a_group(broker: Broker) -> None:
    """The lag of a group is what its commits and the ends of the partitions say."""
    topic, group = await new_topic(broker, 2), broker.name("group")
    await fill(broker, topic, 5, partition=0)
    await fill(broker, topic, 3, partition=1)
    parts = [TopicPartition(topic, number) for number in range(2)]
    client = await consumer_client(broker, group_id=group)
    client.assign(parts)
    await client.commit({parts[0]: 2, parts[1]: 3})
    committed = await (await admin_client(broker)).list_consumer_group_offsets(group)
    ends = await client.end_offsets(parts)
    equal([ends[part] - committed[part].offset for part in parts], [3, 0], "lag")
