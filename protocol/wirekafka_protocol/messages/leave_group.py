"""The messages of LeaveGroup, API key 13.

Leaves a classic group. 3 removes many members at once, static ones too (KIP-345); 5 gives a reason
(KIP-800).

Generated from schemas/leave_group.schema by bin/generate: do not edit.
"""

from __future__ import annotations

from wirekafka_protocol.schema import ALWAYS, EMPTY, Field, Message, Struct, VersionRange


class MemberIdentity(Struct):
    __slots__ = ("group_instance_id", "member_id", "reason")

    FIELDS = (
        Field("member_id", "string", ""),
        Field("group_instance_id", "string", None, nullable=ALWAYS),
        Field("reason", "string", None, versions=VersionRange(5), nullable=ALWAYS),
    )

    def __init__(
        self, member_id: str = "", group_instance_id: str | None = None, reason: str | None = None
    ) -> None:
        self.member_id = member_id
        self.group_instance_id = group_instance_id
        self.reason = reason


class LeaveGroupRequest(Message):
    """Versions 0-5, flexible from 4."""

    __slots__ = ("group_id", "member_id", "members")

    KEY = 13
    VERSIONS = VersionRange(0, 5)
    FLEXIBLE = VersionRange(4)
    FIELDS = (
        Field("group_id", "string", ""),
        Field("member_id", "string", "", versions=VersionRange(0, 2)),
        Field(
            "members", "struct", (), struct=MemberIdentity, is_array=True, versions=VersionRange(3)
        ),
    )

    def __init__(
        self, group_id: str = "", member_id: str = "", members: list[MemberIdentity] = EMPTY
    ) -> None:
        self.group_id = group_id
        self.member_id = member_id
        self.members: list[MemberIdentity] = [] if members is EMPTY else members


class MemberResponse(Struct):
    __slots__ = ("error_code", "group_instance_id", "member_id")

    FIELDS = (
        Field("member_id", "string", ""),
        Field("group_instance_id", "string", "", nullable=ALWAYS),
        Field("error_code", "int16", 0),
    )

    def __init__(
        self, member_id: str = "", group_instance_id: str | None = "", error_code: int = 0
    ) -> None:
        self.member_id = member_id
        self.group_instance_id = group_instance_id
        self.error_code = error_code


class LeaveGroupResponse(Message):
    """Versions 0-5, flexible from 4."""

    __slots__ = ("error_code", "members", "throttle_time_ms")

    KEY = 13
    VERSIONS = VersionRange(0, 5)
    FLEXIBLE = VersionRange(4)
    FIELDS = (
        Field("throttle_time_ms", "int32", 0, versions=VersionRange(1)),
        Field("error_code", "int16", 0),
        Field(
            "members", "struct", (), struct=MemberResponse, is_array=True, versions=VersionRange(3)
        ),
    )

    def __init__(
        self, throttle_time_ms: int = 0, error_code: int = 0, members: list[MemberResponse] = EMPTY
    ) -> None:
        self.throttle_time_ms = throttle_time_ms
        self.error_code = error_code
        self.members: list[MemberResponse] = [] if members is EMPTY else members
