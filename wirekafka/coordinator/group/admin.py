"""What administrators ask about groups: DescribeGroups, ListGroups.

Source: `GroupMetadataManager.describeGroups`, `listGroups`; KIP-518, KIP-848, KIP-1043.
"""

from __future__ import annotations

from collections.abc import Iterable

from wirekafka_protocol.errors import ErrorCode
from wirekafka_protocol.messages.describe_groups import DescribedGroup, DescribedGroupMember
from wirekafka_protocol.messages.list_groups import ListedGroup, ListGroupsRequest

from wirekafka.coordinator.group.group import ClassicGroup
from wirekafka.coordinator.group.states import GroupState

GROUP_TYPE = "classic"

GROUP_ID_NOT_FOUND_VERSION = 6
"""Before this version of DescribeGroups an unknown group is a dead one, without an error."""


def describe(group_id: str, group: ClassicGroup | None, api_version: int) -> DescribedGroup:
    if group is None:
        answer = DescribedGroup(group_id=group_id, group_state=GroupState.DEAD.value)
        if api_version >= GROUP_ID_NOT_FOUND_VERSION:
            answer.error_code = ErrorCode.GROUP_ID_NOT_FOUND
            answer.error_message = f"Group {group_id} not found."
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


def list_matching(groups: Iterable[ClassicGroup], request: ListGroupsRequest) -> list[ListedGroup]:
    """An empty filter matches everything; upper and lower case do not matter."""
    states = {state.strip().lower() for state in request.states_filter}
    types = {name.strip().lower() for name in request.types_filter}
    if types and GROUP_TYPE not in types:
        return []
    return [
        ListedGroup(group.group_id, group.protocol_type or "", group.state.value, GROUP_TYPE)
        for group in groups
        if not states or group.state.value.lower() in states
    ]
