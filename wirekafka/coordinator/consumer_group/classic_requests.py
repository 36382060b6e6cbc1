"""Requests of the classic protocol that name a consumer group with members: JoinGroup, SyncGroup,
Heartbeat and LeaveGroup. Here the rules meet tickets and timers; an error is the whole answer.

What is wrong with a request in whatever group was checked before.

Source: `GroupMetadataManager.classicGroup*ToConsumerGroup`; KIP-848.
"""

from __future__ import annotations

from wirekafka_protocol.errors import ApiError, ErrorCode
from wirekafka_protocol.messages.heartbeat import HeartbeatRequest, HeartbeatResponse
from wirekafka_protocol.messages.join_group import JoinGroupRequest
from wirekafka_protocol.messages.leave_group import (
    LeaveGroupRequest,
    LeaveGroupResponse,
    MemberIdentity,
    MemberResponse,
)
from wirekafka_protocol.messages.sync_group import SyncGroupRequest, SyncGroupResponse

from wirekafka.coordinator.consumer_group.classic_join import join
from wirekafka.coordinator.consumer_group.classic_members import (
    heartbeat_error,
    heartbeat_member,
    is_out_of_date,
    member_called,
    sync_member,
    sync_response,
)
from wirekafka.coordinator.consumer_group.classic_timers import (
    await_join,
    heard_of,
    synced_in_time,
)
from wirekafka.coordinator.consumer_group.group import ConsumerGroup
from wirekafka.coordinator.consumer_group.groups import ConsumerGroups
from wirekafka.coordinator.consumer_group.member import ConsumerMember
from wirekafka.coordinator.group.join import request_error
from wirekafka.coordinator.group.leave import MANY_MEMBERS_VERSION
from wirekafka.coordinator.group.rebalance import join_error
from wirekafka.coordinator.group.sync import PROTOCOL_REQUIRED_VERSION
from wirekafka.coordinator.group.turn import Turn
from wirekafka.coordinator.machine import Decision, RequestInfo, Ticket


def join_consumer_group(
    consumers: ConsumerGroups,
    group: ConsumerGroup,
    turn: Turn,
    ticket: Ticket,
    info: RequestInfo,
    request: JoinGroupRequest,
) -> None:
    error = request_error(turn, request)
    if error is not ErrorCode.NONE:
        turn.reply(ticket, join_error(info.api_version, request.member_id, error))
        return
    scene = consumers.scene(group.group_id)
    try:
        joined = join(scene, turn, group, info, request, consumers.new_id)
    except ApiError as refusal:
        turn.decision = Decision()
        turn.reply(ticket, join_error(info.api_version, "", refusal.code))
        return
    if joined.successor is not None:
        consumers.successors[group.group_id] = joined.successor
    turn.reply(ticket, joined.response)


def sync_consumer_group(
    consumers: ConsumerGroups,
    group: ConsumerGroup,
    turn: Turn,
    ticket: Ticket,
    info: RequestInfo,
    request: SyncGroupRequest,
) -> None:
    if info.api_version >= PROTOCOL_REQUIRED_VERSION and None in (
        request.protocol_type,
        request.protocol_name,
    ):
        error = ErrorCode.INCONSISTENT_GROUP_PROTOCOL
        turn.reply(ticket, SyncGroupResponse(error_code=error))
        return
    try:
        member = sync_member(group, request)
    except ApiError as refusal:
        turn.reply(ticket, SyncGroupResponse(error_code=refusal.code))
        return
    if is_out_of_date(group, member):
        await_join(group, member, turn)
        error = ErrorCode.REBALANCE_IN_PROGRESS
        turn.reply(ticket, SyncGroupResponse(error_code=error))
        return
    synced_in_time(group, member, turn)
    turn.reply(ticket, sync_response(member, request, consumers.cluster))


def beat_consumer_group(
    group: ConsumerGroup, turn: Turn, ticket: Ticket, request: HeartbeatRequest
) -> None:
    try:
        member = heartbeat_member(group, request)
    except ApiError as refusal:
        turn.reply(ticket, HeartbeatResponse(error_code=refusal.code))
        return
    heard_of(group, member, turn)
    error = heartbeat_error(group, member)
    if error is not ErrorCode.NONE:
        await_join(group, member, turn)
    turn.reply(ticket, HeartbeatResponse(error_code=error))


def leave_consumer_group(
    consumers: ConsumerGroups,
    group: ConsumerGroup,
    turn: Turn,
    ticket: Ticket,
    info: RequestInfo,
    request: LeaveGroupRequest,
) -> None:
    """Members of either protocol may be named: it is how administrators remove them."""
    leaving: dict[str, ConsumerMember] = {}
    rows = request.members
    if info.api_version < MANY_MEMBERS_VERSION:
        rows = [MemberIdentity(request.member_id)]
    answers = [
        MemberResponse(row.member_id, row.group_instance_id, _leave_one(group, row, leaving))
        for row in rows
    ]
    if leaving:
        consumers.fence(turn, group, list(leaving.values()))
    if info.api_version < MANY_MEMBERS_VERSION:
        turn.reply(ticket, LeaveGroupResponse(error_code=answers[0].error_code))
    else:
        turn.reply(ticket, LeaveGroupResponse(members=answers))


def _leave_one(
    group: ConsumerGroup, row: MemberIdentity, leaving: dict[str, ConsumerMember]
) -> ErrorCode:
    """An administrator names a static member by its instance id alone."""
    member_id = row.member_id
    if member_id == "" and row.group_instance_id is not None:
        member_id = group.static_members.get(row.group_instance_id, "")
    try:
        member = member_called(group, member_id, row.group_instance_id)
    except ApiError as refusal:
        return refusal.code
    leaving[member.member_id] = member
    return ErrorCode.NONE
