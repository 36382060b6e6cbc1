"""The admin client and groups: list, describe, delete, offsets, members."""

from __future__ import annotations

from kafka import KafkaConsumer, OffsetAndMetadata, TopicPartition
from kafka.admin import GroupState, GroupType, MemberToRemove, OffsetSpec
from kafka.errors import GroupIdNotFoundError, GroupSubscribedToTopicError, NoError

from ..python.scenario import Broker, equal, refused
from .kit import admin_client, consumer_client, fill, joined, new_topic


def _member(broker: Broker, topic: str, group: str) -> KafkaConsumer:
    client = consumer_client(broker, topic, group_id=group)
    joined(client)
    return client


def _committed(broker: Broker, topic: str, offset: int) -> str:
    """An empty group with a commit."""
    group = broker.name("group")
    part = TopicPartition(topic, 0)
    client = consumer_client(broker, group_id=group)
    client.assign([part])
    client.commit({part: OffsetAndMetadata(offset, "", -1)})
    return group


def groups_listed_by_state(broker: Broker) -> None:
    """Groups are listed, by state and by type as well."""
    topic, group = new_topic(broker), broker.name("group")
    _member(broker, topic, group)
    empty, admin = _committed(broker, topic, 1), admin_client(broker)

    def names(**filters: list[object]) -> set[str]:
        return {entry["group_id"] for entry in admin.list_groups(**filters)} & {group, empty}

    equal(names(), {group, empty}, "all")
    equal(names(states_filter=[GroupState.STABLE]), {group}, "stable")
    equal(names(states_filter=[GroupState.EMPTY]), {empty}, "empty")
    equal(names(types_filter=[GroupType.CLASSIC]), {group, empty}, "classic")
    equal(names(types_filter=[GroupType.CONSUMER]), set(), "of the new protocol")


def group_described(broker: Broker) -> None:
    """A group is described: state, assignor, members with client ids and partitions."""
    topic, group = new_topic(broker, 2), broker.name("group")
    _member(broker, topic, group)
    found = admin_client(broker).describe_groups([group])[group]
    equal((found["group_state"], found["protocol_type"]), ("Stable", "consumer"), "state")
    equal(found["protocol_data"], "range", "assignor")
    equal(len(found["members"]), 1, "members")
    assert found["members"][0]["client_id"].startswith("kafka-python"), found


def unknown_group_described(broker: Broker) -> None:
    """A group that nobody knows is Dead: GROUP_ID_NOT_FOUND."""
    group = broker.name("group")
    found = admin_client(broker).describe_groups([group])[group]
    equal(found["group_state"], "Dead", "state")
    assert "GroupIdNotFound" in found["error"], found


def group_deleted(broker: Broker) -> None:
    """An empty group is deleted with its offsets; a second time it is not found."""
    group, admin = _committed(broker, new_topic(broker), 1), admin_client(broker)
    equal(admin.delete_groups([group]), {group: "OK"}, "the first time")
    equal(admin.delete_groups([group]), {group: "GroupIdNotFoundError"}, "the second time")
    equal(admin.list_group_offsets([group])[group], {}, "offsets")


def group_with_members_not_deleted(broker: Broker) -> None:
    """A group with a member is not deleted: NON_EMPTY_GROUP."""
    topic, group = new_topic(broker), broker.name("group")
    _member(broker, topic, group)
    equal(admin_client(broker).delete_groups([group]), {group: "NonEmptyGroupError"})


def offsets_of_a_group_altered(broker: Broker) -> None:
    """The offsets of an empty group are altered and reset."""
    topic, admin = new_topic(broker), admin_client(broker)
    fill(broker, topic, 5)
    group, part = _committed(broker, topic, 1), TopicPartition(topic, 0)
    found = admin.alter_group_offsets(group, {part: OffsetAndMetadata(4, "moved", -1)})
    equal(found, {part: NoError}, "altered")
    stored = admin.list_group_offsets([group])[group][part]
    equal((stored.offset, stored.metadata), (4, "moved"), "stored")
    reset = admin.reset_group_offsets(group, {part: OffsetSpec.LATEST})
    equal(reset[part], {"error": NoError, "offset": 5}, "reset")


def offsets_of_a_group_deleted(broker: Broker) -> None:
    """The offsets of a group are deleted; of an unknown group they are not found."""
    topic, admin = new_topic(broker), admin_client(broker)
    group, part = _committed(broker, topic, 1), TopicPartition(topic, 0)
    equal(admin.delete_group_offsets(group, [part]), {part: NoError}, "deleted")
    equal(admin.list_group_offsets([group])[group], {}, "offsets")
    with refused(GroupIdNotFoundError):
        admin.delete_group_offsets(broker.name("group"), [part])


def offsets_of_a_subscribed_topic_not_deleted(broker: Broker) -> None:
    """Offsets of a topic that members subscribe to stay: GROUP_SUBSCRIBED_TO_TOPIC."""
    topic, group = new_topic(broker), broker.name("group")
    _member(broker, topic, group).commit({TopicPartition(topic, 0): OffsetAndMetadata(0, "", -1)})
    part = TopicPartition(topic, 0)
    found = admin_client(broker).delete_group_offsets(group, [part])
    equal(found, {part: GroupSubscribedToTopicError}, "deleted")


def member_removed(broker: Broker) -> None:
    """An admin removes a member by its id; the group is empty then."""
    topic, group = new_topic(broker), broker.name("group")
    client = consumer_client(broker, topic, group_id=group, heartbeat_interval_ms=3000)
    joined(client)
    admin, name = admin_client(broker), client.group_metadata().member_id
    equal(admin.remove_group_members(group, [MemberToRemove(member_id=name)]), {name: NoError})
    equal(admin.describe_groups([group])[group]["group_state"], "Empty", "state")
