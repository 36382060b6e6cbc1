"""SyncGroup: the leader brings the assignment, everybody takes their part of it.

Followers wait in CompletingRebalance until the leader's request. The assignment is written to the
log; the group is stable, and the waiting members are answered, when it is there.

Source: `GroupMetadataManager.classicGroupSyncToClassicGroup`; KIP-559.
"""

from __future__ import annotations

from wirekafka_protocol.errors import ErrorCode
from wirekafka_protocol.messages.sync_group import SyncGroupRequest, SyncGroupResponse

from wirekafka.coordinator.group.group import ClassicGroup, Parked
from wirekafka.coordinator.group.rebalance import fail_sync, note_sync
from wirekafka.coordinator.group.records import group_record
from wirekafka.coordinator.group.sessions import keep_alive
from wirekafka.coordinator.group.states import SYNC_ANSWER, GroupState
from wirekafka.coordinator.group.turn import Turn
from wirekafka.coordinator.machine import RequestInfo, Ticket

PROTOCOL_REQUIRED_VERSION = 5
"""From here the client names protocol type and protocol, and must (KIP-559)."""


def sync(
    group: ClassicGroup | None,
    turn: Turn,
    ticket: Ticket,
    info: RequestInfo,
    request: SyncGroupRequest,
) -> None:
    error = request_error(group, info, request)
    if error is not ErrorCode.NONE:
        turn.reply(ticket, SyncGroupResponse(error_code=error))
        return
    assert group is not None
    note_sync(group, request.member_id, turn)
    if group.state is GroupState.STABLE:
        assignment = group.members[request.member_id].assignment
        turn.reply(ticket, _response(group, assignment))
        return
    # The same member asking again: its first request is answered, to nobody (see park_join).
    fail_sync(group, request.member_id, turn, ErrorCode.REBALANCE_IN_PROGRESS)
    group.parked_syncs[request.member_id] = Parked(ticket, info.api_version)
    if request.member_id == group.leader_id:
        _assign(group, turn, request)


def request_error(
    group: ClassicGroup | None, info: RequestInfo, request: SyncGroupRequest
) -> ErrorCode:
    if info.api_version >= PROTOCOL_REQUIRED_VERSION and None in (
        request.protocol_type,
        request.protocol_name,
    ):
        return ErrorCode.INCONSISTENT_GROUP_PROTOCOL
    if request.group_id == "":
        return ErrorCode.INVALID_GROUP_ID
    if group is None:
        return ErrorCode.UNKNOWN_MEMBER_ID
    error = group.member_error(request.member_id, request.group_instance_id)
    if error is not ErrorCode.NONE:
        return error
    if request.generation_id != group.generation_id:
        return ErrorCode.ILLEGAL_GENERATION
    if _contradicts(request.protocol_type, group.protocol_type) or _contradicts(
        request.protocol_name, group.protocol_name
    ):
        return ErrorCode.INCONSISTENT_GROUP_PROTOCOL
    return SYNC_ANSWER[group.state]


def _contradicts(asked: str | None, actual: str | None) -> bool:
    return asked is not None and actual is not None and asked != actual


def _assign(group: ClassicGroup, turn: Turn, request: SyncGroupRequest) -> None:
    """Members that the leader forgot get an empty assignment."""
    by_member = {row.member_id: bytes(row.assignment) for row in request.assignments}
    turn.write(group_record(group, by_member))
    for member_id, parked in group.parked_syncs.items():
        turn.reply(parked.ticket, _response(group, by_member.get(member_id, b"")))
        keep_alive(group, group.members[member_id], turn)
    group.parked_syncs.clear()


def _response(group: ClassicGroup, assignment: bytes) -> SyncGroupResponse:
    return SyncGroupResponse(
        protocol_type=group.protocol_type,
        protocol_name=group.protocol_name,
        assignment=assignment,
    )
