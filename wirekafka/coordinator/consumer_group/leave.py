"""Members go: they leave (epoch -1), leave for a moment (-2, static members only), or are fenced
because they were not heard of or did not give up partitions in time.

Whoever goes for good makes the group epoch rise; its partitions are free at once. Whoever goes for
a moment keeps them until its session ends, so that it finds them when it is back.

Source: `GroupMetadataManager.consumerGroupLeave`, `consumerGroupFenceMembers`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from wirekafka_protocol.errors import ApiError, ErrorCode
from wirekafka_protocol.messages.consumer_group_heartbeat import (
    ConsumerGroupHeartbeatRequest,
    ConsumerGroupHeartbeatResponse,
)

from wirekafka.coordinator.consumer_group.group import ConsumerGroup
from wirekafka.coordinator.consumer_group.heartbeat import known_static_member
from wirekafka.coordinator.consumer_group.member import (
    LEAVING_STATIC_EPOCH,
    NO_PARTITIONS,
    ConsumerMember,
)
from wirekafka.coordinator.consumer_group.records import (
    assignment_record,
    group_epoch_record,
    member_tombstones,
    regex_tombstone,
)
from wirekafka.coordinator.consumer_group.scene import Scene
from wirekafka.coordinator.consumer_group.sessions import forget_timers
from wirekafka.coordinator.group.turn import Turn


def leaving_member(group: ConsumerGroup, request: ConsumerGroupHeartbeatRequest) -> ConsumerMember:
    """Who it is that leaves. Raises ApiError."""
    if request.instance_id is not None:
        return known_static_member(group, request.instance_id, request.member_id)
    member = group.members.get(request.member_id)
    if member is None:
        raise ApiError(
            ErrorCode.UNKNOWN_MEMBER_ID,
            f"{request.member_id} is no member of group {group.group_id}",
        )
    return member


def leave_for_a_moment(turn: Turn, group: ConsumerGroup, member: ConsumerMember) -> None:
    """It is not asked to give up anything any more, and may commit with whatever epoch it is back
    in."""
    away = replace(
        member,
        member_epoch=LEAVING_STATIC_EPOCH,
        assigned={topic: dict.fromkeys(rows, 0) for topic, rows in member.assigned.items()},
        pending_revocation=NO_PARTITIONS,
    )
    turn.write(assignment_record(group.group_id, away))
    group.conversation.note_change(turn.now_ms)


def remove_members(
    scene: Scene, turn: Turn, group: ConsumerGroup, members: Sequence[ConsumerMember]
) -> None:
    """They go for good; there is at least one."""
    group_id = group.group_id
    names = {member.member_id for member in members}
    for member in members:
        turn.decision.records += member_tombstones(group_id, member.member_id)
    patterns = Counter(m.subscribed_topic_regex for m in members if m.subscribed_topic_regex)
    for pattern, count in patterns.items():
        if group.subscribed_regexes.get(pattern) == count:
            turn.write(regex_tombstone(group_id, pattern))
    metadata_hash = scene.hashes.of(group.subscribed_names_with(None, names), scene.cluster)
    turn.write(group_epoch_record(group_id, group.group_epoch + 1, metadata_hash))
    for member_id in names:
        forget_timers(group, member_id, turn)
    group.conversation.note_change(turn.now_ms)


def farewell(request: ConsumerGroupHeartbeatRequest) -> ConsumerGroupHeartbeatResponse:
    """The answer to whoever leaves."""
    return ConsumerGroupHeartbeatResponse(
        member_id=request.member_id, member_epoch=request.member_epoch
    )
