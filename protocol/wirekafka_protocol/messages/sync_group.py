"""The messages of SyncGroup, API key 14.

The leader hands in the assignments of a classic group, everybody gets their own. 3 static members
(KIP-345); 5 protocol checks (KIP-559).

Generated from schemas/sync_group.schema by bin/generate: do not edit.
"""

from __future__ import annotations

from wirekafka_protocol.schema import ALWAYS, EMPTY, Field, Message, Struct, VersionRange


class SyncGroupRequestAssignment(Struct):
    __slots__ = ("assignment", "member_id")

    FIELDS = (
        Field("member_id", "string", ""),
        Field("assignment", "bytes", b""),
    )

    def __init__(self, member_id: str = "", assignment: bytes = b"") -> None:
        self.member_id = member_id
        self.assignment = assignment


class SyncGroupRequest(Message):
    """Versions 0-5, flexible from 4."""

    __slots__ = (
        "assignments",
        "generation_id",
        "group_id",
        "group_instance_id",
        "member_id",
        "protocol_name",
        "protocol_type",
    )

    KEY = 14
    VERSIONS = VersionRange(0, 5)
    FLEXIBLE = VersionRange(4)
    FIELDS = (
        Field("group_id", "string", ""),
        Field("generation_id", "int32", 0),
        Field("member_id", "string", ""),
        Field("group_instance_id", "string", None, versions=VersionRange(3), nullable=ALWAYS),
        Field("protocol_type", "string", None, versions=VersionRange(5), nullable=ALWAYS),
        Field("protocol_name", "string", None, versions=VersionRange(5), nullable=ALWAYS),
        Field("assignments", "struct", (), struct=SyncGroupRequestAssignment, is_array=True),
    )

    def __init__(
        self,
        group_id: str = "",
        generation_id: int = 0,
        member_id: str = "",
        group_instance_id: str | None = None,
        protocol_type: str | None = None,
        protocol_name: str | None = None,
        assignments: list[SyncGroupRequestAssignment] = EMPTY,
    ) -> None:
        self.group_id = group_id
        self.generation_id = generation_id
        self.member_id = member_id
        self.group_instance_id = group_instance_id
        self.protocol_type = protocol_type
        self.protocol_name = protocol_name
        self.assignments: list[SyncGroupRequestAssignment] = (
            [] if assignments is EMPTY else assignments
        )


class SyncGroupResponse(Message):
    """Versions 0-5, flexible from 4."""

    __slots__ = ("assignment", "error_code", "protocol_name", "protocol_type", "throttle_time_ms")

    KEY = 14
    VERSIONS = VersionRange(0, 5)
    FLEXIBLE = VersionRange(4)
    FIELDS = (
        Field("throttle_time_ms", "int32", 0, versions=VersionRange(1)),
        Field("error_code", "int16", 0),
        Field("protocol_type", "string", None, versions=VersionRange(5), nullable=ALWAYS),
        Field("protocol_name", "string", None, versions=VersionRange(5), nullable=ALWAYS),
        Field("assignment", "bytes", b""),
    )

    def __init__(
        self,
        throttle_time_ms: int = 0,
        error_code: int = 0,
        protocol_type: str | None = None,
        protocol_name: str | None = None,
        assignment: bytes = b"",
    ) -> None:
        self.throttle_time_ms = throttle_time_ms
        self.error_code = error_code
        self.protocol_type = protocol_type
        self.protocol_name = protocol_name
        self.assignment = assignment
