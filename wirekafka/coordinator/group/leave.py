"""LeaveGroup: members go at once instead of being missed.

Up to version 2 the request names one member and the answer has one error; from version 3 it is a
list with an error each. An administrator removes a static member by its instance id alone, with an
empty member id.

Source: `GroupMetadataManager.classicGroupLeaveToClassicGroup`; KIP-345.
"""

from __future__ import annotations

from wirekafka_protocol.errors import ErrorCode
from wirekafka_protocol.messages.leave_group import (
    LeaveGroupRequest,
    LeaveGroupResponse,
    MemberIdentity,
    MemberResponse,
)

from wirekafka.coordinator.group.group import ClassicGroup
from wirekafka.coordinator.group.rebalance import remove_member, remove_pending_member
from wirekafka.coordinator.group.turn import Turn
from wirekafka.coordinator.machine import RequestInfo, Ticket

MANY_MEMBERS_VERSION = 3


def leave(
    group: ClassicGroup | None,
    turn: Turn,
    ticket: Ticket,
    info: RequestInfo,
    request: LeaveGroupRequest,
) -> None:
    if request.group_id == "":
        turn.reply(ticket, LeaveGroupResponse(error_code=ErrorCode.INVALID_GROUP_ID))
        return
    if info.api_version < MANY_MEMBERS_VERSION:
        error = _leave_one(group, turn, MemberIdentity(request.member_id))
        turn.reply(ticket, LeaveGroupResponse(error_code=error))
        return
    rows = [
        MemberResponse(row.member_id, row.group_instance_id, _leave_one(group, turn, row))
        for row in request.members
    ]
    turn.reply(ticket, LeaveGroupResponse(members=rows))


def _leave_one(group: ClassicGroup | None, turn: Turn, row: MemberIdentity) -> ErrorCode:
    if group is None:
        return ErrorCode.UNKNOWN_MEMBER_ID
    member_id = row.member_id
    if member_id == "" and row.group_instance_id is not None:
        member_id = group.static_members.get(row.group_instance_id, "")
    if member_id in group.pending_joins:
        remove_pending_member(group, member_id, turn)
        return ErrorCode.NONE
    error = group.member_error(member_id, row.group_instance_id)
    if error is ErrorCode.NONE:
        remove_member(group, group.members[member_id], turn)
    return error
