"""From a classic group to a consumer group while it has members (KIP-848).

The first heartbeat of a new member converts the group: its generation becomes the epoch, its
members go on with the classic protocol as members of the consumer group (classic_members.py), and
what the leader assigned last is what they own and shall have. Whoever waits in a rebalance of the
classic group is told to join again.

Differs from Kafka in one thing: in a group whose first generation is not formed yet, or whose
member does not know the protocol of the last one, Kafka finds no subscription and answers
UNKNOWN_SERVER_ERROR, which ends the new consumer. We take the protocol that the member likes best;
all of them carry the same subscription.

Source: `GroupMetadataManager.validateOnlineUpgrade`, `convertToConsumerGroup`,
`ConsumerGroup.fromClassicGroup`.
"""

from __future__ import annotations

from collections.abc import Iterable

from wirekafka_protocol.errors import ApiError, ErrorCode, ProtocolError
from wirekafka_protocol.messages.consumer_group_records import (
    ClassicMemberMetadata,
    ClassicProtocol,
)
from wirekafka_protocol.messages.consumer_protocol import TopicPartition

from wirekafka.coordinator.consumer_group.classic_timers import heard_of
from wirekafka.coordinator.consumer_group.cluster import Cluster
from wirekafka.coordinator.consumer_group.config import ConsumerGroupConfig
from wirekafka.coordinator.consumer_group.embedded import read_assignment, read_subscription
from wirekafka.coordinator.consumer_group.group import ConsumerGroup, Partitions
from wirekafka.coordinator.consumer_group.member import ConsumerMember, MemberState
from wirekafka.coordinator.consumer_group.records import group_records
from wirekafka.coordinator.consumer_group.scene import Scene
from wirekafka.coordinator.group.group import ClassicGroup
from wirekafka.coordinator.group.member import ClassicMember
from wirekafka.coordinator.group.rebalance import fail_join, fail_sync
from wirekafka.coordinator.group.records import group_tombstone
from wirekafka.coordinator.group.sessions import end_session
from wirekafka.coordinator.group.turn import JoinKey, SyncKey, Turn


def upgrade(scene: Scene, turn: Turn, group: ClassicGroup, draft: ConsumerGroup) -> None:
    """Put into the empty `draft` what the classic group has, and write that it is a consumer group
    now. `group` stays as it is until `finish_upgrade`.

    Raises ApiError GROUP_ID_NOT_FOUND where that is forbidden or cannot be.
    """
    _check(group, scene.config)
    draft.group_epoch = draft.assignment_epoch = group.generation_id
    for member in group.members.values():
        try:
            converted, target = _convert(group, member, scene.cluster)
        except ProtocolError:
            raise _refused(group, "the embedded consumer protocol is malformed.") from None
        draft.put_member(converted)
        draft.target[member.member_id] = target
    draft.metadata_hash = scene.hashes.of(draft.subscribed_topic_names, scene.cluster)
    turn.write(group_tombstone(group.group_id))
    turn.decision.records += group_records(draft)


def finish_upgrade(turn: Turn, group: ClassicGroup, draft: ConsumerGroup) -> None:
    """The request that converts the group has succeeded: whoever waits in it is answered, and the
    sessions of its members go on."""
    error = ErrorCode.REBALANCE_IN_PROGRESS
    for member_id in list(group.parked_joins):
        fail_join(group, member_id, turn, error, told_member_id=member_id)
    for member_id in list(group.parked_syncs):
        fail_sync(group, member_id, turn, error)
    for member_id in group.pending_joins:
        end_session(group, member_id, turn)
    turn.cancel(JoinKey(group.group_id))
    turn.cancel(SyncKey(group.group_id))
    for member in draft.members.values():
        heard_of(draft, member, turn)


def topic_partitions(rows: Iterable[TopicPartition], cluster: Cluster) -> Partitions:
    """By topic id; topics that do not exist are left out."""
    found: dict[bytes, frozenset[int]] = {}
    for row in rows:
        topic = cluster.topic(row.topic)
        if topic is not None and row.partitions:
            known = found.get(topic.topic_id, frozenset())
            found[topic.topic_id] = known.union(row.partitions)
    return found


def _check(group: ClassicGroup, config: ConsumerGroupConfig) -> None:
    if not config.migration_policy.allows_upgrade:
        raise _refused(group, "online upgrade is disabled.")
    if not group.uses_consumer_protocol:
        raise _refused(group, "the group does not use the consumer embedded protocol.")
    if len(group.members) > config.max_size:
        raise _refused(group, "the group size exceeds the consumer group maximum size.")


def _refused(group: ClassicGroup, reason: str) -> ApiError:
    return ApiError(
        ErrorCode.GROUP_ID_NOT_FOUND,
        f"Cannot upgrade classic group {group.group_id} to consumer group because {reason}",
    )


def _convert(
    group: ClassicGroup, member: ClassicMember, cluster: Cluster
) -> tuple[ConsumerMember, Partitions]:
    """The member and its target. Raises ProtocolError if it cannot be read."""
    target: Partitions = {}
    if member.assignment:
        assignment = read_assignment(member.assignment)
        if assignment.user_data:
            raise _refused(
                group,
                "an unsupported custom assignor is in use. Please refer to the documentation or"
                " switch to a default assignor before re-attempting the upgrade.",
            )
        target = topic_partitions(assignment.assigned_partitions, cluster)
    favourite = next(iter(member.protocols))
    name = group.protocol_name if group.protocol_name in member.protocols else favourite
    subscription = read_subscription(member.protocols[name or favourite])
    epoch = group.generation_id
    converted = ConsumerMember(
        member.member_id,
        member_epoch=epoch,
        previous_member_epoch=epoch,
        state=MemberState.STABLE,
        instance_id=member.group_instance_id,
        rack_id=subscription.rack_id or None,
        rebalance_timeout_ms=member.rebalance_timeout_ms,
        client_id=member.client_id,
        client_host=member.client_host,
        subscribed_topic_names=frozenset(subscription.topics),
        assigned={topic_id: dict.fromkeys(parts, epoch) for topic_id, parts in target.items()},
        classic_metadata=ClassicMemberMetadata(
            member.session_timeout_ms,
            [ClassicProtocol(name, metadata) for name, metadata in member.protocols.items()],
        ),
    )
    return converted, target
