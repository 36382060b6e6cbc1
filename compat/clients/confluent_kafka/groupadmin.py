"""The admin client and groups: list, describe, delete, offsets."""

from __future__ import annotations

from confluent_kafka import (
    Consumer,
    ConsumerGroupState,
    ConsumerGroupTopicPartitions,
    ConsumerGroupType,
    KafkaError,
    TopicPartition,
)

from ..python.scenario import Broker, equal, until
from .kit import WAIT_S, admin_client, consumer_client, error, member, new_topic, shares


def _stable(broker: Broker, topic: str, group: str) -> Consumer:
    client = member(broker, topic, group)
    until(lambda: shares(client) != [0], "an assignment")
    return client


def _empty(broker: Broker, topic: str, offset: int = 1) -> str:
    group = broker.name("group")
    commits = [TopicPartition(topic, 0, offset)]
    consumer_client(broker, group).commit(offsets=commits, asynchronous=False)
    return group


def groups_listed_by_state(broker: Broker) -> None:
    """Groups are listed by state and by type."""
    topic, group = new_topic(broker), broker.name("group")
    client, empty = _stable(broker, topic, group), _empty(broker, topic)
    admin = admin_client(broker)

    def names(**filters: object) -> set[str]:
        found = admin.list_consumer_groups(**filters).result(WAIT_S)
        equal(found.errors, [], "errors")
        return {listing.group_id for listing in found.valid} & {group, empty}

    equal(names(), {group, empty}, "all")
    equal(names(states={ConsumerGroupState.STABLE}), {group}, "stable")
    equal(names(states={ConsumerGroupState.EMPTY}), {empty}, "empty")
    equal(names(types={ConsumerGroupType.CLASSIC}), {group, empty}, "classic")
    equal(names(types={ConsumerGroupType.CONSUMER}), set(), "of the new protocol")
    client.close()


def group_described(broker: Broker) -> None:
    """A group is described: state, assignor, coordinator, members and their partitions."""
    topic, group = new_topic(broker, 2), broker.name("group")
    client = _stable(broker, topic, group)
    found = admin_client(broker).describe_consumer_groups([group])[group].result(WAIT_S)
    equal((found.state, found.partition_assignor), (ConsumerGroupState.STABLE, "range"), "group")
    equal(f"{found.coordinator.host}:{found.coordinator.port}", broker.bootstrap, "coordinator")
    equal([each.client_id for each in found.members], ["rdkafka"], "client ids")
    parts = found.members[0].assignment.topic_partitions
    equal(sorted(part.partition for part in parts), [0, 1], "partitions")
    client.close()


def group_deleted(broker: Broker) -> None:
    """An empty group is deleted; a second time it is GROUP_ID_NOT_FOUND."""
    group, admin = _empty(broker, new_topic(broker)), admin_client(broker)
    admin.delete_consumer_groups([group])[group].result(WAIT_S)
    with error(KafkaError.GROUP_ID_NOT_FOUND):
        admin.delete_consumer_groups([group])[group].result(WAIT_S)


def group_with_members_not_deleted(broker: Broker) -> None:
    """A group with a member is not deleted: NON_EMPTY_GROUP."""
    topic, group = new_topic(broker), broker.name("group")
    client = _stable(broker, topic, group)
    with error(KafkaError.NON_EMPTY_GROUP):
        admin_client(broker).delete_consumer_groups([group])[group].result(WAIT_S)
    client.close()


def offsets_of_a_group_altered(broker: Broker) -> None:
    """The offsets of an empty group are altered."""
    topic, admin = new_topic(broker), admin_client(broker)
    group = _empty(broker, topic)
    wanted = [ConsumerGroupTopicPartitions(group, [TopicPartition(topic, 0, 4)])]
    admin.alter_consumer_group_offsets(wanted)[group].result(WAIT_S)
    asked = [ConsumerGroupTopicPartitions(group)]
    found = admin.list_consumer_group_offsets(asked)[group].result(WAIT_S)
    equal([part.offset for part in found.topic_partitions], [4], "offsets")


def offsets_of_a_live_group_not_altered(broker: Broker) -> None:
    """The offsets of a group with a member are not altered: UNKNOWN_MEMBER_ID."""
    topic, group = new_topic(broker), broker.name("group")
    client = _stable(broker, topic, group)
    wanted = [ConsumerGroupTopicPartitions(group, [TopicPartition(topic, 0, 4)])]
    answer = admin_client(broker).alter_consumer_group_offsets(wanted)[group].result(WAIT_S)
    equal(answer.topic_partitions[0].error.code(), KafkaError.UNKNOWN_MEMBER_ID, "error")
    client.close()
