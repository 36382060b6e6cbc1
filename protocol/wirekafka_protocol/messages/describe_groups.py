"""The messages of DescribeGroups, API key 15.

State and members of classic groups. 3 authorized operations (KIP-430); 4 static members (KIP-345);
6 an error for groups that do not exist (KIP-1043).

Generated from schemas/describe_groups.schema by bin/generate: do not edit.
"""

from __future__ import annotations

from wirekafka_protocol.schema import ALWAYS, EMPTY, Field, Message, Struct, VersionRange


class DescribeGroupsRequest(Message):
    """Versions 0-6, flexible from 5."""

    __slots__ = ("groups", "include_authorized_operations")

    KEY = 15
    VERSIONS = VersionRange(0, 6)
    FLEXIBLE = VersionRange(5)
    FIELDS = (
        Field("groups", "string", (), is_array=True),
        Field("include_authorized_operations", "bool", False, versions=VersionRange(3)),
    )

    def __init__(
        self, groups: list[str] = EMPTY, include_authorized_operations: bool = False
    ) -> None:
        self.groups: list[str] = [] if groups is EMPTY else groups
        self.include_authorized_operations = include_authorized_operations


class DescribedGroupMember(Struct):
    __slots__ = (
        "client_host",
        "client_id",
        "group_instance_id",
        "member_assignment",
        "member_id",
        "member_metadata",
    )

    FIELDS = (
        Field("member_id", "string", ""),
        Field("group_instance_id", "string", None, versions=VersionRange(4), nullable=ALWAYS),
        Field("client_id", "string", ""),
        Field("client_host", "string", ""),
        Field("member_metadata", "bytes", b""),
        Field("member_assignment", "bytes", b""),
    )

    def __init__(
        self,
        member_id: str = "",
        group_instance_id: str | None = None,
        client_id: str = "",
        client_host: str = "",
        member_metadata: bytes = b"",
        member_assignment: bytes = b"",
    ) -> None:
        self.member_id = member_id
        self.group_instance_id = group_instance_id
        self.client_id = client_id
        self.client_host = client_host
        self.member_metadata = member_metadata
        self.member_assignment = member_assignment


class DescribedGroup(Struct):
    __slots__ = (
        "authorized_operations",
        "error_code",
        "error_message",
        "group_id",
        "group_state",
        "members",
        "protocol_data",
        "protocol_type",
    )

    FIELDS = (
        Field("error_code", "int16", 0),
        Field("error_message", "string", None, versions=VersionRange(6), nullable=ALWAYS),
        Field("group_id", "string", ""),
        Field("group_state", "string", ""),
        Field("protocol_type", "string", ""),
        Field("protocol_data", "string", ""),
        Field("members", "struct", (), struct=DescribedGroupMember, is_array=True),
        Field("authorized_operations", "int32", -2147483648, versions=VersionRange(3)),
    )

    def __init__(
        self,
        error_code: int = 0,
        error_message: str | None = None,
        group_id: str = "",
        group_state: str = "",
        protocol_type: str = "",
        protocol_data: str = "",
        members: list[DescribedGroupMember] = EMPTY,
        authorized_operations: int = -2147483648,
    ) -> None:
        self.error_code = error_code
        self.error_message = error_message
        self.group_id = group_id
        self.group_state = group_state
        self.protocol_type = protocol_type
        self.protocol_data = protocol_data
        self.members: list[DescribedGroupMember] = [] if members is EMPTY else members
        self.authorized_operations = authorized_operations


class DescribeGroupsResponse(Message):
    """Versions 0-6, flexible from 5."""

    __slots__ = ("groups", "throttle_time_ms")

    KEY = 15
    VERSIONS = VersionRange(0, 6)
    FLEXIBLE = VersionRange(5)
    FIELDS = (
        Field("throttle_time_ms", "int32", 0, versions=VersionRange(1)),
        Field("groups", "struct", (), struct=DescribedGroup, is_array=True),
    )

    def __init__(self, throttle_time_ms: int = 0, groups: list[DescribedGroup] = EMPTY) -> None:
        self.throttle_time_ms = throttle_time_ms
        self.groups: list[DescribedGroup] = [] if groups is EMPTY else groups
