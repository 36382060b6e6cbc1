"""The target assignment: what each member shall have, decided by an assignor of the broker.

It is computed when the group epoch is ahead of it, by the assignor that most members name, and at
most once per `consumer.assignment.interval.ms`: many members that come at the same time are dealt
with together. Only what differs is written.

Source: Kafka's `TargetAssignmentBuilder`, `GroupMetadataManager.maybeUpdateTargetAssignment`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from wirekafka.coordinator.assignors import ASSIGNORS
from wirekafka.coordinator.assignors.spec import GroupSpec, MemberSpec, TopicSpec
from wirekafka.coordinator.consumer_group.cluster import Cluster
from wirekafka.coordinator.consumer_group.group import ConsumerGroup, Partitions
from wirekafka.coordinator.consumer_group.interval import assignment_interval_ms
from wirekafka.coordinator.consumer_group.member import ConsumerMember
from wirekafka.coordinator.consumer_group.records import target_epoch_record, target_record
from wirekafka.coordinator.consumer_group.scene import Scene
from wirekafka.coordinator.machine import CoordinatorRecord


def wait_ms(scene: Scene, group: ConsumerGroup, now_ms: int) -> int:
    """How long until the next target may be computed; 0: now.

    A clock that was set back makes nobody wait longer than the interval.
    """
    if group.assignment_timestamp_ms == 0:
        return 0
    topics = _existing(group.subscribed_topic_names, scene.cluster).values()
    interval_ms = assignment_interval_ms(
        scene.config,
        members=len(group.members),
        partitions=sum(topic.num_partitions for topic in topics),
    )
    rest_ms = group.assignment_timestamp_ms + interval_ms - now_ms
    return min(max(rest_ms, 0), interval_ms)


def next_target(
    group: ConsumerGroup, updated: ConsumerMember, cluster: Cluster, assignors: Sequence[str]
) -> dict[str, Partitions]:
    """Who shall have what, with `updated` in the place of what the group knows of it (or, a static
    member, of its predecessor). `assignors` are those that may be used, the default first."""
    members = dict(group.members)
    predecessor = group.static_member(updated.instance_id)
    if predecessor is not None:
        members.pop(predecessor.member_id, None)
    members[updated.member_id] = updated
    topics: dict[bytes, TopicSpec] = {}
    specs = {}
    subscriptions: dict[tuple[frozenset[str], str], frozenset[bytes]] = {}
    for member_id, member in members.items():
        said = (member.subscribed_topic_names, member.subscribed_topic_regex)
        ids = subscriptions.get(said)
        if ids is None:
            found = _existing(group.topics_of(member), cluster)
            topics.update(found)
            ids = subscriptions[said] = frozenset(found)
        target = group.target.get(member_id)
        if target is None and member is updated and predecessor is not None:
            target = group.target_of(predecessor.member_id)
        specs[member_id] = MemberSpec(
            member_id, member.instance_id, member.rack_id, ids, target or {}
        )
    replaced = None if predecessor is None else predecessor.member_id
    name = group.preferred_assignor(updated, replaced)
    if (
        name is None or name not in assignors
    ):  # nobody cares, or the broker was started without it since
        name = assignors[0]
    return dict(ASSIGNORS[name].assign(GroupSpec(specs, topics)))


def target_records(
    group: ConsumerGroup, targets: Mapping[str, Partitions], epoch: int, now_ms: int
) -> list[CoordinatorRecord]:
    """What differs from the group's target, and the new epoch."""
    records = [
        target_record(group.group_id, member_id, target)
        for member_id, target in targets.items()
        if group.target.get(member_id) != target
    ]
    records.append(target_epoch_record(group.group_id, epoch, now_ms))
    return records


def _existing(names: frozenset[str], cluster: Cluster) -> dict[bytes, TopicSpec]:
    return {topic.topic_id: topic for name in names if (topic := cluster.topic(name)) is not None}


def topic_ids(names: frozenset[str], cluster: Cluster) -> frozenset[bytes]:
    """Of the topics that exist."""
    return frozenset(_existing(names, cluster))
