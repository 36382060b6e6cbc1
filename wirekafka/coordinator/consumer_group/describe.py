"""ConsumerGroupDescribe: a group with what each member has and shall have.

Topics that do not exist any more are left out, for an assignment shows names.

Source: `ConsumerGroup.asDescribedGroup`, `ConsumerGroupMember.asConsumerGroupDescribeMember`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from wirekafka_protocol.messages.consumer_group_describe import (
    Assignment,
    DescribedGroup,
    Member,
    TopicPartitions,
)

from wirekafka.coordinator.consumer_group.cluster import Cluster
from wirekafka.coordinator.consumer_group.group import ConsumerGroup
from wirekafka.coordinator.consumer_group.member import ConsumerMember

CLASSIC_MEMBER = 0
CONSUMER_MEMBER = 1


def describe_group(group: ConsumerGroup, cluster: Cluster, default_assignor: str) -> DescribedGroup:
    return DescribedGroup(
        group_id=group.group_id,
        group_state=group.state.value,
        group_epoch=group.group_epoch,
        assignment_epoch=group.assignment_epoch,
        assignor_name=group.preferred_assignor() or default_assignor,
        members=[_member(group, member, cluster) for member in group.members.values()],
    )


def _member(group: ConsumerGroup, member: ConsumerMember, cluster: Cluster) -> Member:
    return Member(
        member_id=member.member_id,
        instance_id=member.instance_id,
        rack_id=member.rack_id,
        member_epoch=member.member_epoch,
        client_id=member.client_id,
        client_host=member.client_host,
        subscribed_topic_names=sorted(member.subscribed_topic_names),
        subscribed_topic_regex=member.subscribed_topic_regex,
        assignment=_assignment(_owned(member), cluster),
        target_assignment=_assignment(group.target_of(member.member_id), cluster),
        member_type=CLASSIC_MEMBER if member.uses_classic_protocol else CONSUMER_MEMBER,
    )


def _owned(member: ConsumerMember) -> Mapping[bytes, Collection[int]]:
    """What it is assigned, and what it has not given up yet."""
    if not member.pending_revocation:
        return member.assigned
    owned = {topic_id: set(rows) for topic_id, rows in member.assigned.items()}
    for topic_id, rows in member.pending_revocation.items():
        owned.setdefault(topic_id, set()).update(rows)
    return owned


def _assignment(partitions: Mapping[bytes, Collection[int]], cluster: Cluster) -> Assignment:
    return Assignment(
        [
            TopicPartitions(topic_id, name, sorted(indexes))
            for topic_id, indexes in partitions.items()
            if (name := cluster.topic_name(topic_id)) is not None
        ]
    )
