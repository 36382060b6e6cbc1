"""What a test does to a group: evict members, force a rebalance, remove it with all it has."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from wirekafka_protocol.errors import ApiError, ErrorCode
from wirekafka_protocol.messages.delete_groups import DeleteGroupsRequest
from wirekafka_protocol.messages.leave_group import LeaveGroupRequest, MemberIdentity
from wirekafka_protocol.messages.offset_delete import (
    OffsetDeleteRequest,
    OffsetDeleteRequestPartition,
    OffsetDeleteRequestTopic,
)

from wirekafka.apis import delete_groups, leave_group, offset_delete
from wirekafka.coordinator.group.shard import GroupCoordinatorShard
from wirekafka.coordinator.machine import RequestInfo
from wirekafka.instrument.group_views import committed_places
from wirekafka.instrument.own_requests import CLIENT_ID, ask
from wirekafka.instrument.turns import Turns
from wirekafka.internal_topics import OFFSETS_TOPIC, coordinator_partition

if TYPE_CHECKING:
    from wirekafka.broker import Broker

_LEAVE_VERSION = 5
_DELETE_VERSION = 2
_OFFSET_DELETE_VERSION = 0

_OFFSETS_AT_ONCE = 200
"""A few milliseconds."""


async def evict_members(
    broker: Broker, group_id: str, member_ids: Sequence[str]
) -> dict[str, ErrorCode]:
    """As if they had left: what became of each. Works for both protocols.

    A client that is alive hears UNKNOWN_MEMBER_ID and joins as a new member.
    """
    rows = [MemberIdentity(member_id) for member_id in member_ids]
    request = LeaveGroupRequest(group_id, members=rows)
    response = await ask(broker, leave_group, request, _LEAVE_VERSION)
    return {row.member_id: ErrorCode(row.error_code) for row in response.members}


async def force_rebalance(broker: Broker, group_id: str) -> None:
    """Have the members join anew. Raises ApiError when there is no such group, or no member."""
    number = coordinator_partition(broker, OFFSETS_TOPIC, group_id)
    answered: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
    info = RequestInfo(0, CLIENT_ID, "")
    broker.groups.request(
        number, GroupCoordinatorShard.force_rebalance, info, group_id, answered.set_result
    )
    answer = await answered
    if isinstance(answer, ApiError):
        raise answer


async def remove_group(broker: Broker, group_id: str, member_ids: Sequence[str]) -> None:
    """Evict its members, then delete it with its offsets. Raises ApiError."""
    if member_ids:
        await evict_members(broker, group_id, member_ids)
    await _forget_most_offsets(broker, group_id)
    response = await ask(broker, delete_groups, DeleteGroupsRequest([group_id]), _DELETE_VERSION)
    (row,) = response.results
    if row.error_code and row.error_code != ErrorCode.GROUP_ID_NOT_FOUND:
        raise ApiError(ErrorCode(row.error_code), f"group {group_id} was not deleted")


async def _forget_most_offsets(broker: Broker, group_id: str) -> None:
    """Of a group with thousands, so many at a time; with the last ones the group goes itself."""
    places = committed_places(broker, group_id)
    turns = Turns()
    for first in range(0, len(places) - _OFFSETS_AT_ONCE, _OFFSETS_AT_ONCE):
        rows: dict[str, list[OffsetDeleteRequestPartition]] = {}
        for topic, index in places[first : first + _OFFSETS_AT_ONCE]:
            rows.setdefault(topic, []).append(OffsetDeleteRequestPartition(index))
        topics = [OffsetDeleteRequestTopic(topic, found) for topic, found in rows.items()]
        request = OffsetDeleteRequest(group_id, topics)
        await ask(broker, offset_delete, request, _OFFSET_DELETE_VERSION)
        if turns.is_over:
            await turns.next()
