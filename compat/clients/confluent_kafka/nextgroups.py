"""Consumer groups of the protocol of KIP-848, in which the broker assigns the partitions."""

from __future__ import annotations

from confluent_kafka import Consumer, ConsumerGroupType

from ..python.scenario import Broker, equal, until
from .kit import WAIT_S, admin_client, fill, member, new_topic, poll, shares, values


def _member(broker: Broker, topic: str, group: str, **settings: str) -> Consumer:
    return member(broker, topic, group, group_protocol="consumer", **settings)


def next_group_of_one(broker: Broker) -> None:
    """A member of the new protocol gets all partitions, and its group is of type consumer.

    FEATURE: KIP-848 groups
    """
    topic, group = new_topic(broker, 3), broker.name("group")
    fill(broker, topic, 3, partition=1)
    client = _member(broker, topic, group)
    equal(values(poll(client, 3)), "0 1 2")
    until(lambda: shares(client) == [3], "the member has all partitions")
    found = admin_client(broker).describe_consumer_groups([group])[group].result(WAIT_S)
    equal((found.type, len(found.members)), (ConsumerGroupType.CONSUMER, 1), "group")


def next_group_of_two(broker: Broker) -> None:
    """Two members of the new protocol share the partitions; one that leaves gives them back.

    FEATURE: KIP-848 groups
    LIMIT: 40
    """
    topic, group = new_topic(broker, 4), broker.name("group")
    first = _member(broker, topic, group)
    until(lambda: shares(first) == [4], "the first member has all partitions")
    second = _member(broker, topic, group)
    until(lambda: shares(first, second) == [2, 2], "each has two partitions")
    second.close()
    until(lambda: shares(first) == [4], "the first member has all partitions again")


def next_group_resumes(broker: Broker) -> None:
    """A group of the new protocol goes on where it committed.

    FEATURE: KIP-848 groups
    """
    topic, group = new_topic(broker), broker.name("group")
    fill(broker, topic, 5)
    first = _member(broker, topic, group)
    found = poll(first, 3)
    first.commit(message=found[2], asynchronous=False)
    first.close()
    equal(values(poll(_member(broker, topic, group), 2)), "3 4")


def next_group_with_the_range_assignor(broker: Broker) -> None:
    """A member of the new protocol names the broker's assignor.

    FEATURE: KIP-848 groups
    """
    topic, group = new_topic(broker, 2), broker.name("group")
    client = _member(broker, topic, group, group_remote_assignor="range")
    until(lambda: shares(client) == [2], "the member has all partitions")
    found = admin_client(broker).describe_consumer_groups([group])[group].result(WAIT_S)
    equal(found.partition_assignor, "range", "assignor")


def next_group_by_pattern(broker: Broker) -> None:
    """A pattern of the new protocol is matched by the broker.

    FEATURE: KIP-848 groups
    """
    topic, group = new_topic(broker), broker.name("group")
    fill(broker, topic, 1)
    client = _member(broker, f"^{topic}.*", group)
    equal([message.topic() for message in poll(client, 1)], [topic], "topics")
