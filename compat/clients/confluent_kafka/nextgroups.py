"""Consumer groups of the protocol of KIP-848, in which the broker assigns the partitions."""

from __future__ import annotations

from confluent_kafka import Consumer, ConsumerGroupType, KafkaException, TopicPartition
from confluent_kafka.admin import NewTopic

from ..python.scenario import Broker, equal, refused, until
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


def next_group_keeps_commits(broker: Broker) -> None:
    """What two members of the new protocol committed stays when one of them leaves.

    FEATURE: KIP-848 groups
    LIMIT: 40
    """
    topic, group = new_topic(broker, 4), broker.name("group")
    first, second = _two_share(broker, topic, group)
    for each in (first, second):
        parts = [part.partition for part in each.assignment()]
        offsets = [TopicPartition(topic, number, number + 10) for number in parts]
        each.commit(offsets=offsets, asynchronous=False)
    second.close()
    until(lambda: shares(first) == [4], "the first member has all partitions again", 30)
    found = first.committed([TopicPartition(topic, number) for number in range(4)], WAIT_S)
    equal([part.offset for part in found], [10, 11, 12, 13], "offsets")


def next_group_static_member(broker: Broker) -> None:
    """A static member of the new protocol that comes back has its partitions again.

    FEATURE: KIP-848 groups
    LIMIT: 40
    """
    topic, group = new_topic(broker, 4), broker.name("group")
    stays, goes = _two_share(broker, topic, group, group_instance_id="goes")
    had, kept = _owned(goes), _owned(stays)
    goes.close()
    again = _member(broker, topic, group, group_instance_id="goes")
    until(lambda: shares(stays, again) == [2, 2], "each has two partitions again", 30)
    equal((_owned(again), _owned(stays)), (had, kept), "partitions")


def next_group_instance_in_use(broker: Broker) -> None:
    """A second member with the same group.instance.id is refused while the first one lives.

    FEATURE: KIP-848 groups
    """
    topic, group = new_topic(broker), broker.name("group")
    first = _member(broker, topic, group, group_instance_id="same")
    until(lambda: shares(first) == [1], "the first member has the partition")
    second = _member(broker, topic, group, group_instance_id="same")
    with refused(KafkaException, text="instance ID is still used by another member"):
        until(lambda: shares(second) == [1], "the second member has the partition")
    equal(shares(first), [1], "partitions of the first member")


def next_group_with_an_unknown_assignor(broker: Broker) -> None:
    """An assignor that the broker does not have is refused.

    FEATURE: KIP-848 groups
    """
    client = _member(broker, new_topic(broker), broker.name("group"), group_remote_assignor="no")
    with refused(KafkaException, text="assignor or its version range is not supported"):
        until(lambda: shares(client) == [1], "the member has the partition")


def next_group_pattern_finds_new_topics(broker: Broker) -> None:
    """A pattern of the new protocol follows topics that are created later.

    FEATURE: KIP-848 groups
    LIMIT: 60
    """
    topic, group = new_topic(broker), broker.name("group")
    client = _member(broker, f"^{topic}.*", group)
    until(lambda: shares(client) == [1], "the member has the first topic")
    admin = admin_client(broker)
    admin.create_topics([NewTopic(f"{topic}-later", 2, 1)])[f"{topic}-later"].result(WAIT_S)
    until(lambda: shares(client) == [3], "the member has both topics", 50)


def _two_share(
    broker: Broker, topic: str, group: str, **of_the_second: str
) -> tuple[Consumer, Consumer]:
    first = _member(broker, topic, group)
    until(lambda: shares(first) == [4], "the first member has all partitions")
    second = _member(broker, topic, group, **of_the_second)
    until(lambda: shares(first, second) == [2, 2], "each has two partitions", 30)
    return first, second


def _owned(client: Consumer) -> list[int]:
    return sorted(part.partition for part in client.assignment())
