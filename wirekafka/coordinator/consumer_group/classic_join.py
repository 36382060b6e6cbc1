"""JoinGroup of a member that speaks the classic protocol, in a consumer group with members.

To the group it is a heartbeat: the subscription is the one in the embedded protocol, what the
member owns is said there, too, and the member gets as far towards its target as it can. Nobody
waits: the answer says the member's epoch as generation, names no leader, and SyncGroup fetches the
assignment. A member that has to give up partitions stays in its epoch and joins once more without
them.

A static member may come back with the classic protocol in the place of one with the new protocol.
If that was the last one, the group becomes classic (downgrade.py).

Source: `GroupMetadataManager.classicGroupJoinToConsumerGroup`; KIP-848.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from wirekafka_protocol.errors import ApiError, ErrorCode, ProtocolError
from wirekafka_protocol.messages.consumer_group_heartbeat import TopicPartitions
from wirekafka_protocol.messages.consumer_group_records import (
    ClassicMemberMetadata,
    ClassicProtocol,
)
from wirekafka_protocol.messages.consumer_protocol import ConsumerProtocolSubscription
from wirekafka_protocol.messages.join_group import JoinGroupRequest, JoinGroupResponse

from wirekafka.coordinator.consumer_group.classic_members import protocol_name_of
from wirekafka.coordinator.consumer_group.classic_timers import joined_in_time
from wirekafka.coordinator.consumer_group.config import MigrationPolicy
from wirekafka.coordinator.consumer_group.downgrade import (
    downgrade,
    may_downgrade_by_replacing,
)
from wirekafka.coordinator.consumer_group.embedded import read_subscription
from wirekafka.coordinator.consumer_group.group import ConsumerGroup
from wirekafka.coordinator.consumer_group.heartbeat import (
    Wanted,
    goal_of,
    known_static_member,
    next_goal,
    note_subscription,
    replace_static_member,
)
from wirekafka.coordinator.consumer_group.member import ConsumerMember
from wirekafka.coordinator.consumer_group.reconcile import Goal, reconciled
from wirekafka.coordinator.consumer_group.records import assignment_record
from wirekafka.coordinator.consumer_group.regex import resolve_later
from wirekafka.coordinator.consumer_group.scene import Scene
from wirekafka.coordinator.consumer_group.sessions import forget_timers
from wirekafka.coordinator.consumer_group.upgrade import topic_partitions
from wirekafka.coordinator.group.group import CONSUMER_PROTOCOL_TYPE, ClassicGroup
from wirekafka.coordinator.group.join import MEMBER_ID_REQUIRED_VERSION
from wirekafka.coordinator.group.member import rebalance_timeout_ms_of
from wirekafka.coordinator.group.rebalance import join_error
from wirekafka.coordinator.group.turn import Turn
from wirekafka.coordinator.machine import RequestInfo


@dataclass(slots=True, frozen=True)
class Joined:
    """The answer, and the classic group that the group has become, if it has."""

    response: JoinGroupResponse
    successor: ClassicGroup | None = None


def join(
    scene: Scene,
    turn: Turn,
    group: ConsumerGroup,
    info: RequestInfo,
    request: JoinGroupRequest,
    new_id: Callable[[], str],
) -> Joined:
    """Raises ApiError."""
    member_id = request.member_id or new_id()
    _check(scene, group, member_id, request)
    is_dynamic = request.group_instance_id is None
    if is_dynamic and request.member_id == "" and info.api_version >= MEMBER_ID_REQUIRED_VERSION:
        required = ErrorCode.MEMBER_ID_REQUIRED
        return Joined(join_error(info.api_version, member_id, required))
    former = group.static_member(request.group_instance_id)
    if not is_dynamic and request.member_id != "":
        known_static_member(group, request.group_instance_id, member_id)
    subscription = _subscription(request)
    if former is None:
        member = group.member_or_new(member_id)
    elif former.member_id == member_id:
        member = former
    else:
        member = replace_static_member(turn, group, former, member_id)
        forget_timers(group, former.member_id, turn)
    updated = _updated(member, info, request, subscription)
    wanted = note_subscription(scene, turn, group, member, updated)
    classic_max_size = turn.config.max_size
    if former is not None and may_downgrade_by_replacing(
        group, former, scene.config, classic_max_size
    ):
        is_stale = group.assignment_epoch < wanted.group_epoch
        if not is_stale:
            goal = goal_of(scene, group, updated)
            updated = _towards(scene, turn, group, updated, wanted, goal, subscription)
        staying = [m for m in group.members.values() if m is not former]
        successor = downgrade(
            scene, turn, group, [*staying, updated], joined=updated, must_rebalance=is_stale
        )
        return Joined(_response(updated), successor)
    goal = next_goal(scene, turn, group, updated, wanted.group_epoch)
    following = _towards(scene, turn, group, updated, wanted, goal, subscription)
    resolve_later(scene, group, turn, updated)
    joined_in_time(group, following, turn)
    return Joined(_response(following))


def _check(scene: Scene, group: ConsumerGroup, member_id: str, request: JoinGroupRequest) -> None:
    group_id = group.group_id
    if scene.config.migration_policy is MigrationPolicy.DISABLED:
        raise ApiError(
            ErrorCode.INCONSISTENT_GROUP_PROTOCOL,
            f"group {group_id} takes no classic members: the migration of groups is disabled",
        )
    if member_id not in group.members and len(group.members) >= scene.config.max_size:
        raise ApiError(
            ErrorCode.GROUP_MAX_SIZE_REACHED,
            f"group {group_id} has {len(group.members)} members, and no more may join",
        )
    if request.protocol_type != CONSUMER_PROTOCOL_TYPE or not _shares_protocol(group, request):
        raise ApiError(
            ErrorCode.INCONSISTENT_GROUP_PROTOCOL,
            f"member {member_id} shares no protocol with the classic members of group {group_id}",
        )


def _shares_protocol(group: ConsumerGroup, request: JoinGroupRequest) -> bool:
    """All classic members know one of its protocols; the member itself counts if it is one."""
    known = [
        {protocol.name for protocol in member.classic_metadata.supported_protocols}
        for member in group.members.values()
        if member.classic_metadata is not None
    ]
    return any(all(row.name in names for names in known) for row in request.protocols)


def _subscription(request: JoinGroupRequest) -> ConsumerProtocolSubscription:
    try:
        return read_subscription(bytes(request.protocols[0].metadata))
    except ProtocolError as problem:
        # Kafka throws here, which is what the client hears.
        raise ApiError(
            ErrorCode.UNKNOWN_SERVER_ERROR,
            f"the subscription of a member of group {request.group_id} is unreadable: {problem}",
        ) from None


def _updated(
    member: ConsumerMember,
    info: RequestInfo,
    request: JoinGroupRequest,
    subscription: ConsumerProtocolSubscription,
) -> ConsumerMember:
    return replace(
        member,
        instance_id=request.group_instance_id or member.instance_id,
        rack_id=subscription.rack_id or member.rack_id,
        rebalance_timeout_ms=rebalance_timeout_ms_of(request),
        subscribed_topic_names=frozenset(subscription.topics),
        subscribed_topic_regex="",
        client_id=info.client_id,
        client_host=info.client_host,
        classic_metadata=ClassicMemberMetadata(
            request.session_timeout_ms,
            [ClassicProtocol(row.name, bytes(row.metadata)) for row in request.protocols],
        ),
    )


def _towards(
    scene: Scene,
    turn: Turn,
    group: ConsumerGroup,
    updated: ConsumerMember,
    wanted: Wanted,
    goal: Goal,
    subscription: ConsumerProtocolSubscription,
) -> ConsumerMember:
    """The member as far towards its goal as it can get, written if that is any further."""
    if not wanted.is_changed and updated.is_reconciled_to(goal.epoch):
        return updated
    owned = [
        TopicPartitions(topic_id, sorted(indexes))
        for topic_id, indexes in topic_partitions(
            subscription.owned_partitions, scene.cluster
        ).items()
    ]
    following = reconciled(group, updated, goal, owned, has_subscription_changed=wanted.is_changed)
    if following != updated:
        turn.write(assignment_record(group.group_id, following))
        group.conversation.note_change(turn.now_ms)
    return following


def _response(member: ConsumerMember) -> JoinGroupResponse:
    return JoinGroupResponse(
        member_id=member.member_id,
        generation_id=member.member_epoch,
        protocol_type=CONSUMER_PROTOCOL_TYPE,
        protocol_name=protocol_name_of(member),
    )
