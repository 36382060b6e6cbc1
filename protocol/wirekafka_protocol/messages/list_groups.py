"""The messages of ListGroups, API key 16.

The groups of this coordinator. 4 filters by state (KIP-518); 5 by type (KIP-848).

Generated from schemas/list_groups.schema by bin/generate: do not edit.
"""

from __future__ import annotations

from wirekafka_protocol.schema import EMPTY, Field, Message, Struct, VersionRange


class ListGroupsRequest(Message):
    """Versions 0-5, flexible from 3."""

    __slots__ = ("states_filter", "types_filter")

    KEY = 16
    VERSIONS = VersionRange(0, 5)
    FLEXIBLE = VersionRange(3)
    FIELDS = (
        Field("states_filter", "string", (), is_array=True, versions=VersionRange(4)),
        Field("types_filter", "string", (), is_array=True, versions=VersionRange(5)),
    )

    def __init__(self, states_filter: list[str] = EMPTY, types_filter: list[str] = EMPTY) -> None:
        self.states_filter: list[str] = [] if states_filter is EMPTY else states_filter
        self.types_filter: list[str] = [] if types_filter is EMPTY else types_filter


class ListedGroup(Struct):
    __slots__ = ("group_id", "group_state", "group_type", "protocol_type")

    FIELDS = (
        Field("group_id", "string", ""),
        Field("protocol_type", "string", ""),
        Field("group_state", "string", "", versions=VersionRange(4)),
        Field("group_type", "string", "", versions=VersionRange(5)),
    )

    def __init__(
        self,
        group_id: str = "",
        protocol_type: str = "",
        group_state: str = "",
        group_type: str = "",
    ) -> None:
        self.group_id = group_id
        self.protocol_type = protocol_type
        self.group_state = group_state
        self.group_type = group_type


class ListGroupsResponse(Message):
    """Versions 0-5, flexible from 3."""

    __slots__ = ("error_code", "groups", "throttle_time_ms")

    KEY = 16
    VERSIONS = VersionRange(0, 5)
    FLEXIBLE = VersionRange(3)
    FIELDS = (
        Field("throttle_time_ms", "int32", 0, versions=VersionRange(1)),
        Field("error_code", "int16", 0),
        Field("groups", "struct", (), struct=ListedGroup, is_array=True),
    )

    def __init__(
        self, throttle_time_ms: int = 0, error_code: int = 0, groups: list[ListedGroup] = EMPTY
    ) -> None:
        self.throttle_time_ms = throttle_time_ms
        self.error_code = error_code
        self.groups: list[ListedGroup] = [] if groups is EMPTY else groups
