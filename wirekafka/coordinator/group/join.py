"""JoinGroup: who may enter, and under which id.

A dynamic member joins without an id, gets one (from version 4 with error 79, to be sent back), and
is then part of the rebalance that its coming causes. A static member (with a group instance id)
that comes back takes the place of its former self, and a stable group does not rebalance for it.

Differs from Kafka where nothing can be seen: with no initial delay the first generation is formed
within the request, and a parked JoinGroup that is superseded by a newer one of the same member is
answered REBALANCE_IN_PROGRESS instead of never.

Source: `GroupMetadataManager.classicGroupJoin*`; KIP-345, KIP-394, KIP-559, KIP-814.
"""

from __future__ import annotations

from collections.abc import Callable

from wirekafka_protocol.errors import ErrorCode
from wirekafka_protocol.messages.join_group import JoinGroupRequest

from wirekafka.coordinator.group.group import ClassicGroup, Parked
from wirekafka.coordinator.group.member import (
    ClassicMember,
    protocol_map,
    rebalance_timeout_ms_of,
)
from wirekafka.coordinator.group.rebalance import (
    complete_join_if_all_joined,
    fail_join,
    fail_sync,
    join_error,
    join_response,
    members_changed,
    park_join,
    prepare,
)
from wirekafka.coordinator.group.records import group_record, new_group_record
from wirekafka.coordinator.group.sessions import end_session, keep_alive, keep_alive_for
from wirekafka.coordinator.group.states import GroupState
from wirekafka.coordinator.group.turn import SessionKey, Turn
from wirekafka.coordinator.machine import RequestInfo, Ticket

MEMBER_ID_REQUIRED_VERSION = 4
"""From here a new dynamic member must come back with the id that it was given (KIP-394)."""

LONGEST_STRING = 32_767
"""In bytes, on the wire. A member's id begins with what the client is called, and is longer."""

SKIP_ASSIGNMENT_VERSION = 9
"""From here a returning static leader is told to skip the assignment (KIP-814)."""


class Joining:
    """One JoinGroup request on its way through the functions of this module."""

    __slots__ = ("group", "info", "request", "ticket", "turn")

    def __init__(
        self,
        group: ClassicGroup,
        turn: Turn,
        ticket: Ticket,
        info: RequestInfo,
        request: JoinGroupRequest,
    ) -> None:
        self.group = group
        self.turn = turn
        self.ticket = ticket
        self.info = info
        self.request = request

    def refuse(self, error: ErrorCode, member_id: str) -> None:
        self.turn.reply(self.ticket, join_error(self.info.api_version, member_id, error))

    def park(self, member_id: str) -> None:
        parked = Parked(self.ticket, self.info.api_version)
        park_join(self.group, member_id, parked, self.turn)


def request_error(turn: Turn, request: JoinGroupRequest) -> ErrorCode:
    """What can be told without looking at the group."""
    if request.group_id == "":
        return ErrorCode.INVALID_GROUP_ID
    config = turn.config
    timeout_ms = request.session_timeout_ms
    if not config.min_session_timeout_ms <= timeout_ms <= config.max_session_timeout_ms:
        return ErrorCode.INVALID_SESSION_TIMEOUT
    return ErrorCode.NONE


def join(
    group: ClassicGroup | None,
    turn: Turn,
    ticket: Ticket,
    info: RequestInfo,
    request: JoinGroupRequest,
    new_id: Callable[[], str],
) -> ClassicGroup | None:
    """Returns the group; None if there is none. A new one is the caller's to keep."""
    error = request_error(turn, request)
    if error is ErrorCode.NONE and group is None and request.member_id != "":
        error = ErrorCode.UNKNOWN_MEMBER_ID
    if error is not ErrorCode.NONE:
        response = join_error(info.api_version, request.member_id, error)
        turn.reply(ticket, response)
        return group
    is_new_group = group is None
    if group is None:
        group = ClassicGroup(request.group_id, turn.now_ms)
    joining = Joining(group, turn, ticket, info, request)
    if not group.accepts(request.member_id, turn.config.max_size):
        _turn_away(joining)
    elif request.member_id == "":
        _join_as_new_member(joining, new_id)
    else:
        _join_as_existing_member(joining)
    if is_new_group and not turn.decision.records:
        turn.write(new_group_record(group))
    return group


def _turn_away(joining: Joining) -> None:
    """The group is full (group.max.size), maybe since the limit was lowered."""
    group, member_id = joining.group, joining.request.member_id
    error = ErrorCode.GROUP_MAX_SIZE_REACHED
    if member_id in group.members:
        fail_sync(group, member_id, joining.turn, error)
        group.remove(member_id)
        end_session(group, member_id, joining.turn)
    group.pending_joins.discard(member_id)
    joining.refuse(error, "")


def _join_as_new_member(joining: Joining, new_id: Callable[[], str]) -> None:
    group, request, info = joining.group, joining.request, joining.info
    if not group.supports(request.protocol_type, request.protocols):
        joining.refuse(ErrorCode.INCONSISTENT_GROUP_PROTOCOL, "")
        return
    instance_id = request.group_instance_id
    member_id = f"{info.client_id if instance_id is None else instance_id}-{new_id()}"
    if len(member_id.encode()) > LONGEST_STRING:
        joining.refuse(ErrorCode.UNKNOWN_SERVER_ERROR, "")
    elif instance_id is not None and instance_id in group.static_members:
        _replace_static_member(joining, instance_id, member_id)
    elif instance_id is None and info.api_version >= MEMBER_ID_REQUIRED_VERSION:
        group.pending_joins.add(member_id)
        joining.turn.wake_in(SessionKey(group.group_id, member_id), request.session_timeout_ms)
        joining.refuse(ErrorCode.MEMBER_ID_REQUIRED, member_id)
    else:
        _add_member(joining, member_id)


def _join_as_existing_member(joining: Joining) -> None:
    group, request = joining.group, joining.request
    member_id = request.member_id
    if not group.supports(request.protocol_type, request.protocols):
        joining.refuse(ErrorCode.INCONSISTENT_GROUP_PROTOCOL, member_id)
        return
    if member_id in group.pending_joins:
        if request.group_instance_id is None:
            _add_member(joining, member_id)
        else:
            # Ids that wait to come back were given to dynamic members; Kafka throws here.
            joining.refuse(ErrorCode.UNKNOWN_SERVER_ERROR, "")
        return
    error = group.member_error(member_id, request.group_instance_id)
    if error is not ErrorCode.NONE:
        joining.refuse(error, member_id)
    elif group.state is GroupState.EMPTY:
        # Cannot be: an empty group has no members.
        joining.refuse(ErrorCode.UNKNOWN_MEMBER_ID, member_id)
    elif _is_news(joining, group.members[member_id]):
        _update_member(joining, group.members[member_id])
        members_changed(group, joining.turn)
    else:
        # It may not have received the answer to its first request.
        joining.turn.reply(joining.ticket, join_response(group, member_id))


def _is_news(joining: Joining, member: ClassicMember) -> bool:
    """Does this join change the group? A leader uses it to force a rebalance, for instance when
    topics changed, which the members' metadata does not show.
    """
    group = joining.group
    return (
        group.state is GroupState.PREPARING_REBALANCE
        or (group.state is GroupState.STABLE and group.leader_id == member.member_id)
        or not member.matches(joining.request.protocols)
    )


def _add_member(joining: Joining, member_id: str) -> None:
    group, turn, request = joining.group, joining.turn, joining.request
    member = ClassicMember(
        member_id,
        group_instance_id=request.group_instance_id,
        client_id=joining.info.client_id,
        client_host=joining.info.client_host,
        rebalance_timeout_ms=rebalance_timeout_ms_of(request),
        session_timeout_ms=request.session_timeout_ms,
        protocols=protocol_map(request.protocols),
    )
    member.is_new = True
    if group.state is GroupState.PREPARING_REBALANCE and group.previous_state is GroupState.EMPTY:
        group.new_member_added = True
    group.add(member, request.protocol_type)
    joining.park(member_id)
    keep_alive_for(group, member, turn, turn.config.new_member_join_timeout_ms)
    members_changed(group, turn)


def _update_member(joining: Joining, member: ClassicMember) -> None:
    """Take over what the member says now, and keep its ticket."""
    request = joining.request
    joining.group.set_protocols(member, protocol_map(request.protocols))
    member.rebalance_timeout_ms = rebalance_timeout_ms_of(request)
    member.session_timeout_ms = request.session_timeout_ms
    joining.park(member.member_id)


def _replace_static_member(joining: Joining, instance_id: str, member_id: str) -> None:
    group, turn = joining.group, joining.turn
    former_leader_id = group.leader_id
    former_id = group.static_members[instance_id]
    fenced = ErrorCode.FENCED_INSTANCE_ID
    fail_join(group, former_id, turn, fenced, told_member_id=former_id)
    fail_sync(group, former_id, turn, fenced)
    end_session(group, former_id, turn)
    group.pending_syncs.discard(former_id)
    member = group.replace_static(instance_id, member_id)
    keep_alive(group, member, turn)
    _update_member(joining, member)
    if group.state is GroupState.PREPARING_REBALANCE:
        complete_join_if_all_joined(group, turn)
    elif group.state is GroupState.COMPLETING_REBALANCE:
        # The leader may already be assigning to the former id, so its assignment is of no use.
        prepare(group, turn)
    elif group.selected_protocol() != group.protocol_name:
        members_changed(group, turn)
    else:
        _resume(joining, member_id, former_leader_id or "")


def _resume(joining: Joining, member_id: str, former_leader_id: str) -> None:
    """The group is stable and stays so: store the new member id and answer at once.

    Old clients that come back as leader are told the former leader's id, so that they take
    themselves for followers; newer ones are told to skip the assignment.
    """
    group, turn = joining.group, joining.turn
    del group.parked_joins[member_id]
    assignments = {m.member_id: m.assignment for m in group.members.values()}
    turn.write(group_record(group, assignments))
    response = join_response(group, member_id)
    if joining.info.api_version >= SKIP_ASSIGNMENT_VERSION:
        response.skip_assignment = group.leader_id == member_id
    else:
        response.leader = former_leader_id
        response.members = []
    turn.reply(joining.ticket, response)
