"""Rebalancing a classic group: from a change of members to the next generation.

prepare ── everyone joins, or the time is up ──► complete_join ── leader syncs ──► Stable
   ▲                                                   │ nobody is left ──► Empty
   └── a member joins anew, leaves, or is missed ──────┘

Every function here changes only the conversation (see group.py) and adds to the turn's decision.

Source: `GroupMetadataManager`: prepareRebalance, completeClassicGroupJoin, expirePendingSync.
"""

from __future__ import annotations

from wirekafka_protocol.errors import ErrorCode
from wirekafka_protocol.messages.join_group import JoinGroupResponse
from wirekafka_protocol.messages.sync_group import SyncGroupResponse

from wirekafka.coordinator.group.group import ClassicGroup, Parked
from wirekafka.coordinator.group.member import ClassicMember
from wirekafka.coordinator.group.records import group_record
from wirekafka.coordinator.group.sessions import end_session, keep_alive
from wirekafka.coordinator.group.states import REBALANCING_FROM, GroupState
from wirekafka.coordinator.group.turn import JoinKey, SyncKey, Turn

NULLABLE_PROTOCOL_NAME_VERSION = 7
"""Below this version of JoinGroup the protocol name cannot be null: an error carries ""."""


# -- answers ---------------------------------------------------------------------------------


def join_error(api_version: int, member_id: str, error: ErrorCode) -> JoinGroupResponse:
    name = None if api_version >= NULLABLE_PROTOCOL_NAME_VERSION else ""
    return JoinGroupResponse(error_code=error, member_id=member_id, protocol_name=name)


def join_response(group: ClassicGroup, member_id: str) -> JoinGroupResponse:
    """The generation as this member should hear of it: only the leader gets the members."""
    return JoinGroupResponse(
        generation_id=group.generation_id,
        protocol_type=group.protocol_type,
        protocol_name=group.protocol_name,
        leader=group.leader_id or "",
        member_id=member_id,
        members=group.roster() if member_id == group.leader_id else [],
    )


def fail_join(
    group: ClassicGroup, member_id: str, turn: Turn, error: ErrorCode, *, told_member_id: str
) -> None:
    """Answer the member's parked JoinGroup, if there is one, with an error."""
    parked = group.parked_joins.pop(member_id, None)
    if parked is not None:
        turn.reply(parked.ticket, join_error(parked.api_version, told_member_id, error))


def fail_sync(group: ClassicGroup, member_id: str, turn: Turn, error: ErrorCode) -> None:
    """Answer the member's parked SyncGroup, if there is one, with an error."""
    parked = group.parked_syncs.pop(member_id, None)
    if parked is not None:
        turn.reply(parked.ticket, SyncGroupResponse(error_code=error))


# -- from a change to the next generation ----------------------------------------------------


def members_changed(group: ClassicGroup, turn: Turn) -> None:
    """Start a rebalance, or go on with the one under way."""
    if group.state in REBALANCING_FROM:
        prepare(group, turn)
    else:
        complete_join_if_all_joined(group, turn)


def prepare(group: ClassicGroup, turn: Turn) -> None:
    """Ask every member to join again, which it learns from its next heartbeat."""
    was_empty = group.state is GroupState.EMPTY
    if group.state is GroupState.COMPLETING_REBALANCE:
        for member_id in list(group.parked_syncs):
            fail_sync(group, member_id, turn, ErrorCode.REBALANCE_IN_PROGRESS)
            keep_alive(group, group.members[member_id], turn)
        for member in group.members.values():
            member.assignment = b""
    turn.cancel(SyncKey(group.group_id))
    group.transition_to(GroupState.PREPARING_REBALANCE, turn.now_ms)
    if was_empty:
        _wait_for_first_members(group, turn)
    elif group.has_all_members_joined:
        complete_join(group, turn)
    else:
        turn.wake_in(JoinKey(group.group_id), group.rebalance_timeout_ms)


def complete_join_if_all_joined(group: ClassicGroup, turn: Turn) -> None:
    """End the joining phase early. The initial one lasts its whole delay."""
    if (
        group.state is GroupState.PREPARING_REBALANCE
        and group.previous_state is not GroupState.EMPTY
        and group.has_all_members_joined
    ):
        complete_join(group, turn)


def join_time_is_up(group: ClassicGroup, turn: Turn) -> None:
    """The timer of the joining phase fired."""
    if group.state is not GroupState.PREPARING_REBALANCE:
        return
    remaining_ms = group.initial_remaining_ms
    if remaining_ms and group.new_member_added:
        # Members keep coming to the first generation: wait once more, within the limit.
        group.new_member_added = False
        delay_ms = min(turn.config.initial_rebalance_delay_ms, remaining_ms)
        group.initial_remaining_ms = remaining_ms - delay_ms
        turn.wake_in(JoinKey(group.group_id), delay_ms)
    else:
        complete_join(group, turn)


def complete_join(group: ClassicGroup, turn: Turn) -> None:
    """Whoever has joined forms the next generation; a dynamic member that has not is dropped."""
    turn.cancel(JoinKey(group.group_id))
    for member in list(group.members.values()):
        if member.member_id not in group.parked_joins and member.group_instance_id is None:
            group.remove(member.member_id)
            end_session(group, member.member_id, turn)
    if group.members and not group.elect_joined_leader():
        # Only static members that may come back: nobody could lead, so wait for one of them.
        turn.wake_in(JoinKey(group.group_id), group.rebalance_timeout_ms)
        return
    group.begin_generation(turn.now_ms)
    if group.state is GroupState.EMPTY:
        turn.write(group_record(group, {}))
        return
    for member in group.members.values():
        parked = group.parked_joins.pop(member.member_id, None)
        if parked is not None:
            turn.reply(parked.ticket, join_response(group, member.member_id))
        keep_alive(group, member, turn)
        member.is_new = False
        group.pending_syncs.add(member.member_id)
    turn.wake_in(SyncKey(group.group_id), group.rebalance_timeout_ms)


def sync_time_is_up(group: ClassicGroup, turn: Turn) -> None:
    """Drop the members of this generation that never sent SyncGroup."""
    if group.state not in (GroupState.COMPLETING_REBALANCE, GroupState.STABLE):
        return
    missing = sorted(group.pending_syncs)
    if not missing:
        return
    for member_id in missing:
        group.remove(member_id)
        end_session(group, member_id, turn)
    prepare(group, turn)


def note_sync(group: ClassicGroup, member_id: str, turn: Turn) -> None:
    """The member sent SyncGroup."""
    if member_id in group.pending_syncs:
        group.pending_syncs.discard(member_id)
        if not group.pending_syncs:
            turn.cancel(SyncKey(group.group_id))


# -- members that go -------------------------------------------------------------------------


def remove_member(group: ClassicGroup, member: ClassicMember, turn: Turn) -> None:
    """The member left or was missed. Its parked requests hear UNKNOWN_MEMBER_ID, so that a client
    that is alive after all joins as a new member.
    """
    member_id = member.member_id
    fail_join(group, member_id, turn, ErrorCode.UNKNOWN_MEMBER_ID, told_member_id="")
    fail_sync(group, member_id, turn, ErrorCode.UNKNOWN_MEMBER_ID)
    group.remove(member_id)
    end_session(group, member_id, turn)
    members_changed(group, turn)


def remove_pending_member(group: ClassicGroup, member_id: str, turn: Turn) -> None:
    """An id that was handed out is not awaited any more."""
    group.pending_joins.discard(member_id)
    end_session(group, member_id, turn)
    complete_join_if_all_joined(group, turn)


# -- internals -------------------------------------------------------------------------------


def _wait_for_first_members(group: ClassicGroup, turn: Turn) -> None:
    delay_ms = turn.config.initial_rebalance_delay_ms
    group.new_member_added = False
    group.initial_remaining_ms = max(group.rebalance_timeout_ms - delay_ms, 0)
    if delay_ms == 0:
        complete_join(group, turn)
    else:
        turn.wake_in(JoinKey(group.group_id), delay_ms)


def park_join(group: ClassicGroup, member_id: str, parked: Parked, turn: Turn) -> None:
    """Keep the ticket until the generation is formed.

    A client that lost its connection may ask again while its first request is parked: the first
    is answered, to nobody, so that no ticket is kept for ever.
    """
    fail_join(group, member_id, turn, ErrorCode.REBALANCE_IN_PROGRESS, told_member_id=member_id)
    group.parked_joins[member_id] = parked
