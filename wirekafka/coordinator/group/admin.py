"""What administrators ask about groups: DescribeGroups, ListGroups.

Source: `GroupMetadataManager.describeGroups`, `listGroups`; KIP-518, KIP-848, KIP-1043.
"""

from __future__ import annotations

from collections.abc import Iterable

from wirekafka_protocol.errors import ErrorCode
from wirekafka_protocol.messages.describe_groups import DescribedGroup, DescribedGroupMember
from wirekafka_protocol.messages.list_groups import ListedGroup, ListGroupsRequest

from wirekafka.coordinator.consumer_group.group import ConsumerGroup
from wirekafka.coordinator.group.group import CONSUMER_PROTOCOL_TYPE, ClassicGroup
from wirekafka.coordinator.group.states import DELETE_ANSWER, GroupState

CLASSIC_TYPE = "classic"
CONSUMER_TYPE = "consumer"

GROUP_ID_NOT_FOUND_VERSION = 6
"""Before this version of DescribeGroups an unknown group is a dead one, without an error."""


def describe(
    group_id: str, group: ClassicGroup | ConsumerGroup | None, api_version: int
) -> DescribedGroup:
    """To those who ask for a classic group, one of the consumer protocol is none."""
    if not isinstance(group, ClassicGroup):
        answer = DescribedGroup(group_id=group_id, group_state=GroupState.DEAD.value)
        if api_version >= GROUP_ID_NOT_FOUND_VERSION:
            problem = "not found" if group is None else "is not a classic group"
            answer.error_code = ErrorCode.GROUP_ID_NOT_FOUND
            answer.error_message = f"Group {group_id} {problem}."
        return answer
    # The chosen protocol and the members' metadata for it are shown of a stable group only.
    protocol = group.protocol_name if group.state is GroupState.STABLE else None
    return DescribedGroup(
        group_id=group_id,
        group_state=group.state.value,
        protocol_type=group.protocol_type or "",
        protocol_data=protocol or "",
        members=[
            DescribedGroupMember(
                member.member_id,
                member.group_instance_id,
                member.client_id,
                member.client_host,
                b"" if protocol is None else member.protocols[protocol],
                member.assignment,
            )
            for member in group.members.values()
        ],
    )


def list_matching(
    groups: Iterable[ClassicGroup | ConsumerGroup], request: ListGroupsRequest
) -> list[ListedGroup]:
    """An empty filter matches everything; upper and lower case do not matter."""
    states = {state.strip().lower() for state in request.states_filter}
    types = {name.lower() for name in request.types_filter}
    listed = (_listed(group) for group in groups)
    return [
        row
        for row in listed
        if (not states or row.group_state.lower() in states)
        and (not types or row.group_type in types)
    ]


def delete_error(group: ClassicGroup | ConsumerGroup | None) -> ErrorCode:
    """May the group be deleted?"""
    if isinstance(group, ConsumerGroup):
        return ErrorCode.NON_EMPTY_GROUP if group.members else ErrorCode.NONE
    return DELETE_ANSWER[GroupState.DEAD if group is None else group.state]


def _listed(group: ClassicGroup | ConsumerGroup) -> ListedGroup:
    state = group.state.value
    if isinstance(group, ConsumerGroup):
        return ListedGroup(group.group_id, CONSUMER_PROTOCOL_TYPE, state, CONSUMER_TYPE)
    return ListedGroup(group.group_id, group.protocol_type or "", state, CLASSIC_TYPE)
