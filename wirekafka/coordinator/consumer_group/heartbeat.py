"""ConsumerGroupHeartbeat of a member that stays: it joins, says what it wants and has, and is told
what it shall have.

The steps, each on what the one before found: who is it (`_member`); what does it want now, and
does that raise the group epoch (`note_subscription`); what shall it have (`next_goal`); how far can
it get towards that (reconcile.py). The group is not changed; the records say what changes.

Source: `GroupMetadataManager.consumerGroupHeartbeat`; KIP-848.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from wirekafka_protocol.errors import ApiError, ErrorCode
from wirekafka_protocol.messages.consumer_group_heartbeat import (
    Assignment,
    ConsumerGroupHeartbeatRequest,
    ConsumerGroupHeartbeatResponse,
    TopicPartitions,
)

from wirekafka.coordinator.consumer_group.group import ConsumerGroup
from wirekafka.coordinator.consumer_group.interval import heartbeat_interval_ms
from wirekafka.coordinator.consumer_group.member import (
    JOINING_EPOCH,
    LEAVING_EPOCH,
    LEAVING_STATIC_EPOCH,
    NO_TIMEOUT,
    ConsumerMember,
    EpochedPartitions,
)
from wirekafka.coordinator.consumer_group.reconcile import Goal, reconciled
from wirekafka.coordinator.consumer_group.records import (
    assignment_record,
    group_epoch_record,
    member_record,
    member_tombstones,
    partition_metadata_tombstone,
    target_record,
)
from wirekafka.coordinator.consumer_group.regex import change_regex, resolve_later
from wirekafka.coordinator.consumer_group.scene import Scene
from wirekafka.coordinator.consumer_group.sessions import keep_alive, watch_revocation
from wirekafka.coordinator.consumer_group.target import (
    next_target,
    target_records,
    topic_ids,
    wait_ms,
)
from wirekafka.coordinator.group.turn import Turn
from wirekafka.coordinator.machine import RequestInfo

OWN_MEMBER_ID_VERSION = 1
"""From this version of ConsumerGroupHeartbeat on, members make their own ids (KIP-1082)."""


def check_request(
    request: ConsumerGroupHeartbeatRequest, api_version: int, assignors: Sequence[str]
) -> None:
    """What is wrong with the request in whatever group. Raises ApiError."""
    epoch = request.member_epoch
    needs_id = api_version >= OWN_MEMBER_ID_VERSION or epoch > 0 or epoch == LEAVING_EPOCH
    if needs_id and _is_blank(request.member_id):
        raise _invalid("the member id is empty")
    if _is_blank(request.group_id):
        raise _invalid("the group id is empty")
    if request.instance_id is not None and _is_blank(request.instance_id):
        raise _invalid("the instance id is empty; null is none")
    if request.rack_id is not None and _is_blank(request.rack_id):
        raise _invalid("the rack id is empty; null is none")
    if epoch == JOINING_EPOCH:
        if request.rebalance_timeout_ms == NO_TIMEOUT:
            raise _invalid("who joins has to give a rebalance timeout")
        if request.topic_partitions is None or request.topic_partitions:
            raise _invalid("who joins owns no partitions and has to say so")
        if request.subscribed_topic_names is None and request.subscribed_topic_regex is None:
            raise _invalid("who joins has to give topic names or a pattern")
    elif epoch == LEAVING_STATIC_EPOCH and request.instance_id is None:
        raise _invalid("only a member with an instance id leaves for a moment (epoch -2)")
    elif epoch < LEAVING_STATIC_EPOCH:
        raise _invalid(f"there is no member epoch {epoch}")
    if request.server_assignor is not None and request.server_assignor not in assignors:
        raise ApiError(
            ErrorCode.UNSUPPORTED_ASSIGNOR,
            f"no assignor {request.server_assignor!r}, there are: {', '.join(assignors)}",
        )


def _is_blank(text: str) -> bool:
    """Is there nothing behind what Java's String.trim takes away, everything up to the space?"""
    return all(character <= " " for character in text)


def is_plain(request: ConsumerGroupHeartbeatRequest) -> bool:
    """Does it say nothing but that the member lives?"""
    return (
        request.topic_partitions is None
        and request.subscribed_topic_names is None
        and request.subscribed_topic_regex is None
        and request.server_assignor is None
        and request.rack_id is None
        and request.rebalance_timeout_ms == NO_TIMEOUT
    )


def heartbeat(
    scene: Scene,
    turn: Turn,
    group: ConsumerGroup,
    info: RequestInfo,
    request: ConsumerGroupHeartbeatRequest,
    members: int,
) -> ConsumerGroupHeartbeatResponse:
    """The answer; `members` are those of all groups of the partition. Raises ApiError."""
    if request.member_id not in group.members and len(group.members) >= scene.config.max_size:
        raise ApiError(
            ErrorCode.GROUP_MAX_SIZE_REACHED,
            f"group {group.group_id} has {len(group.members)} members, and no more may join",
        )
    member = _member(turn, group, request)
    updated = _updated(member, info, request)
    wanted = note_subscription(scene, turn, group, member, updated)
    goal = next_goal(scene, turn, group, updated, wanted.group_epoch)
    owned = request.topic_partitions
    following = updated
    if wanted.is_changed or not updated.is_reconciled_to(goal.epoch):
        following = reconciled(
            group, updated, goal, owned, has_subscription_changed=wanted.is_changed
        )
    conversation = group.conversation
    if following is not updated and following != updated:
        turn.write(assignment_record(group.group_id, following))
        watch_revocation(group, following, turn)
        conversation.note_change(turn.now_ms)
    if wanted.group_epoch != group.group_epoch:
        conversation.note_change(turn.now_ms)
    resolve_later(scene, group, turn, updated)
    keep_alive(group, following.member_id, turn, scene.config.session_timeout_ms)
    is_full = (
        request.rebalance_timeout_ms != NO_TIMEOUT
        and owned is not None
        and (request.subscribed_topic_names, request.subscribed_topic_regex) != (None, None)
    )
    tells_assignment = (
        request.member_epoch == JOINING_EPOCH
        or is_full
        or not _same_partitions(member.assigned, following.assigned)
    )
    return ConsumerGroupHeartbeatResponse(
        member_id=following.member_id,
        member_epoch=following.member_epoch,
        heartbeat_interval_ms=heartbeat_interval_ms(
            scene.config,
            settling_until_ms=conversation.settling_until_ms,
            now_ms=turn.now_ms,
            members=members,
        ),
        assignment=assignment_of(following) if tells_assignment else None,
    )


def assignment_of(member: ConsumerMember) -> Assignment:
    """What the member has, as it is told."""
    return Assignment(
        [TopicPartitions(topic_id, sorted(rows)) for topic_id, rows in member.assigned.items()]
    )


# -- who it is ---------------------------------------------------------------------------------


def _member(
    turn: Turn, group: ConsumerGroup, request: ConsumerGroupHeartbeatRequest
) -> ConsumerMember:
    is_joining = request.member_epoch == JOINING_EPOCH
    if request.instance_id is not None:
        return _static_member(turn, group, request)
    member = group.members.get(request.member_id)
    if member is None and not is_joining:
        raise ApiError(
            ErrorCode.UNKNOWN_MEMBER_ID,
            f"{request.member_id} is no member of group {group.group_id}",
        )
    if member is None:
        return ConsumerMember(request.member_id)
    check_epoch(member, request.member_epoch, request.topic_partitions)
    return member


def _static_member(
    turn: Turn, group: ConsumerGroup, request: ConsumerGroupHeartbeatRequest
) -> ConsumerMember:
    existing = group.static_member(request.instance_id)
    if request.member_epoch != JOINING_EPOCH:
        known = known_static_member(group, request.instance_id, request.member_id)
        check_epoch(known, request.member_epoch, request.topic_partitions)
        return known
    if existing is None:
        return group.member_or_new(request.member_id)
    if not existing.has_left_for_a_moment and not existing.uses_classic_protocol:
        raise ApiError(
            ErrorCode.UNRELEASED_INSTANCE_ID,
            f"instance id {request.instance_id} is in use by member {existing.member_id}; it has"
            " to leave first, or its session to end",
        )
    return replace_static_member(turn, group, existing, request.member_id)


def replace_static_member(
    turn: Turn, group: ConsumerGroup, existing: ConsumerMember, member_id: str
) -> ConsumerMember:
    """A static member is back under another id: it takes over what it had."""
    group_id = group.group_id
    member = replace(
        existing,
        member_id=member_id,
        member_epoch=JOINING_EPOCH,
        previous_member_epoch=JOINING_EPOCH,
    )
    turn.decision.records += [
        *member_tombstones(group_id, existing.member_id),
        member_record(group_id, member),
        target_record(group_id, member_id, group.target_of(existing.member_id)),
        assignment_record(group_id, member),
    ]
    return member


def known_static_member(
    group: ConsumerGroup, instance_id: str | None, member_id: str
) -> ConsumerMember:
    """The member with this instance id, if its id is this one, too. Raises ApiError."""
    existing = group.static_member(instance_id)
    if existing is None:
        raise ApiError(
            ErrorCode.UNKNOWN_MEMBER_ID,
            f"group {group.group_id} has no member with instance id {instance_id}",
        )
    if existing.member_id != member_id:
        raise ApiError(
            ErrorCode.FENCED_INSTANCE_ID,
            f"instance id {instance_id} belongs to member {existing.member_id} by now",
        )
    return existing


def check_epoch(
    member: ConsumerMember, epoch: int, owned: Sequence[TopicPartitions] | None
) -> None:
    """Raises ApiError (FENCED_MEMBER_EPOCH) unless it is the member's epoch, or the one before and
    the member owns nothing else than what it was given: the answer with the new epoch was lost.
    Joining again is always possible.
    """
    if epoch in (JOINING_EPOCH, member.member_epoch):
        return
    is_previous = epoch < member.member_epoch and epoch == member.previous_member_epoch
    if not is_previous or not _is_subset(owned, member.assigned):
        raise ApiError(
            ErrorCode.FENCED_MEMBER_EPOCH,
            f"member {member.member_id} is in epoch {member.member_epoch}, not {epoch}: it has to"
            " give up all its partitions and join again",
        )


# -- what it wants -------------------------------------------------------------------------------


@dataclass(slots=True, frozen=True)
class Wanted:
    """What the member's words change in the group."""

    group_epoch: int
    is_changed: bool
    """Has the member another subscription than before?"""


def _updated(
    member: ConsumerMember, info: RequestInfo, request: ConsumerGroupHeartbeatRequest
) -> ConsumerMember:
    """The member with what the request says; null fields have not changed."""
    names, timeout_ms = request.subscribed_topic_names, request.rebalance_timeout_ms
    regex = request.subscribed_topic_regex
    return replace(
        member,
        instance_id=member.instance_id if request.instance_id is None else request.instance_id,
        rack_id=member.rack_id if request.rack_id is None else request.rack_id,
        rebalance_timeout_ms=(
            member.rebalance_timeout_ms if timeout_ms == NO_TIMEOUT else timeout_ms
        ),
        server_assignor=(
            member.server_assignor if request.server_assignor is None else request.server_assignor
        ),
        subscribed_topic_names=(
            member.subscribed_topic_names if names is None else frozenset(names)
        ),
        subscribed_topic_regex=member.subscribed_topic_regex if regex is None else regex,
        client_id=info.client_id,
        client_host=info.client_host,
        classic_metadata=None,
    )


def note_subscription(
    scene: Scene, turn: Turn, group: ConsumerGroup, member: ConsumerMember, updated: ConsumerMember
) -> Wanted:
    """Write what the member wants, and the next group epoch if that changes the group."""
    group_id = group.group_id
    if updated != member:
        turn.write(member_record(group_id, updated))
    has_other_names = updated.subscribed_topic_names != member.subscribed_topic_names
    has_other_regex = updated.subscribed_topic_regex != member.subscribed_topic_regex
    counts_at_once = has_other_names
    if has_other_regex and change_regex(group, turn, member, updated):
        counts_at_once = True
    epoch = group.group_epoch
    if counts_at_once or group.conversation.is_metadata_stale:
        replaced = group.static_member(updated.instance_id)
        names = group.subscribed_names_with(updated, [replaced.member_id] if replaced else ())
        metadata_hash = scene.hashes.of(names, scene.cluster)
        if counts_at_once or metadata_hash != group.metadata_hash:
            epoch += 1
            turn.write(group_epoch_record(group_id, epoch, metadata_hash))
        if group.has_partition_metadata_record:
            turn.write(partition_metadata_tombstone(group_id))
        group.conversation.is_metadata_stale = False
    return Wanted(epoch, has_other_names or has_other_regex)


# -- what it shall have --------------------------------------------------------------------------


def next_goal(
    scene: Scene, turn: Turn, group: ConsumerGroup, updated: ConsumerMember, group_epoch: int
) -> Goal:
    """The target; a new one if the group is ahead of it and it is time for one."""
    if group_epoch <= group.assignment_epoch or wait_ms(scene, group, turn.now_ms):
        return goal_of(scene, group, updated)
    targets = next_target(group, updated, scene.cluster, scene.config.assignors)
    turn.decision.records += target_records(group, targets, group_epoch, turn.now_ms)
    subscribed = topic_ids(group.topics_of(updated), scene.cluster)
    return Goal(group_epoch, targets.get(updated.member_id, {}), subscribed)


def goal_of(scene: Scene, group: ConsumerGroup, updated: ConsumerMember) -> Goal:
    """The target that the group has; a static member has that of its predecessor."""
    target = group.target.get(updated.member_id)
    predecessor = group.static_member(updated.instance_id)
    if target is None and predecessor is not None:
        target = group.target_of(predecessor.member_id)
    subscribed = topic_ids(group.topics_of(updated), scene.cluster)
    return Goal(group.assignment_epoch, target or {}, subscribed)


def _is_subset(owned: Sequence[TopicPartitions] | None, assigned: EpochedPartitions) -> bool:
    return owned is not None and all(
        row.topic_id in assigned and assigned[row.topic_id].keys() >= set(row.partitions)
        for row in owned
    )


def _same_partitions(one: EpochedPartitions, other: EpochedPartitions) -> bool:
    return one.keys() == other.keys() and all(
        one[topic_id].keys() == other[topic_id].keys() for topic_id in one
    )


def _invalid(message: str) -> ApiError:
    return ApiError(ErrorCode.INVALID_REQUEST, message)
