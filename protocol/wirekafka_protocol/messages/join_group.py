"""The messages of JoinGroup, API key 11.

Enters a classic group; answered when every member has joined. 4 the member id is asked for first
(KIP-394); 5 static members (KIP-345); 7 protocol checks (KIP-559); 9 skips the leader's assignment
(KIP-814).

Generated from schemas/join_group.schema by bin/generate: do not edit.
"""

from __future__ import annotations

from wirekafka_protocol.schema import ALWAYS, EMPTY, Field, Message, Struct, VersionRange


class JoinGroupRequestProtocol(Struct):
    __slots__ = ("metadata", "name")

    FIELDS = (
        Field("name", "string", ""),
        Field("metadata", "bytes", b""),
    )

    def __init__(self, name: str = "", metadata: bytes = b"") -> None:
        self.name = name
        self.metadata = metadata


class JoinGroupRequest(Message):
    """Versions 0-9, flexible from 6."""

    __slots__ = (
        "group_id",
        "group_instance_id",
        "member_id",
        "protocol_type",
        "protocols",
        "reason",
        "rebalance_timeout_ms",
        "session_timeout_ms",
    )

    KEY = 11
    VERSIONS = VersionRange(0, 9)
    FLEXIBLE = VersionRange(6)
    FIELDS = (
        Field("group_id", "string", ""),
        Field("session_timeout_ms", "int32", 0),
        Field("rebalance_timeout_ms", "int32", -1, versions=VersionRange(1)),
        Field("member_id", "string", ""),
        Field("group_instance_id", "string", None, versions=VersionRange(5), nullable=ALWAYS),
        Field("protocol_type", "string", ""),
        Field("protocols", "struct", (), struct=JoinGroupRequestProtocol, is_array=True),
        Field("reason", "string", None, versions=VersionRange(8), nullable=ALWAYS),
    )

    def __init__(
        self,
        group_id: str = "",
        session_timeout_ms: int = 0,
        rebalance_timeout_ms: int = -1,
        member_id: str = "",
        group_instance_id: str | None = None,
        protocol_type: str = "",
        protocols: list[JoinGroupRequestProtocol] = EMPTY,
        reason: str | None = None,
    ) -> None:
        self.group_id = group_id
        self.session_timeout_ms = session_timeout_ms
        self.rebalance_timeout_ms = rebalance_timeout_ms
        self.member_id = member_id
        self.group_instance_id = group_instance_id
        self.protocol_type = protocol_type
        self.protocols: list[JoinGroupRequestProtocol] = [] if protocols is EMPTY else protocols
        self.reason = reason


class JoinGroupResponseMember(Struct):
    __slots__ = ("group_instance_id", "member_id", "metadata")

    FIELDS = (
        Field("member_id", "string", ""),
        Field("group_instance_id", "string", None, versions=VersionRange(5), nullable=ALWAYS),
        Field("metadata", "bytes", b""),
    )

    def __init__(
        self, member_id: str = "", group_instance_id: str | None = None, metadata: bytes = b""
    ) -> None:
        self.member_id = member_id
        self.group_instance_id = group_instance_id
        self.metadata = metadata


class JoinGroupResponse(Message):
    """Versions 0-9, flexible from 6."""

    __slots__ = (
        "error_code",
        "generation_id",
        "leader",
        "member_id",
        "members",
        "protocol_name",
        "protocol_type",
        "skip_assignment",
        "throttle_time_ms",
    )

    KEY = 11
    VERSIONS = VersionRange(0, 9)
    FLEXIBLE = VersionRange(6)
    FIELDS = (
        Field("throttle_time_ms", "int32", 0, versions=VersionRange(2)),
        Field("error_code", "int16", 0),
        Field("generation_id", "int32", -1),
        Field("protocol_type", "string", None, versions=VersionRange(7), nullable=ALWAYS),
        Field("protocol_name", "string", "", nullable=VersionRange(7)),
        Field("leader", "string", ""),
        Field("skip_assignment", "bool", False, versions=VersionRange(9)),
        Field("member_id", "string", ""),
        Field("members", "struct", (), struct=JoinGroupResponseMember, is_array=True),
    )

    def __init__(
        self,
        throttle_time_ms: int = 0,
        error_code: int = 0,
        generation_id: int = -1,
        protocol_type: str | None = None,
        protocol_name: str | None = "",
        leader: str = "",
        skip_assignment: bool = False,
        member_id: str = "",
        members: list[JoinGroupResponseMember] = EMPTY,
    ) -> None:
        self.throttle_time_ms = throttle_time_ms
        self.error_code = error_code
        self.generation_id = generation_id
        self.protocol_type = protocol_type
        self.protocol_name = protocol_name
        self.leader = leader
        self.skip_assignment = skip_assignment
        self.member_id = member_id
        self.members: list[JoinGroupResponseMember] = [] if members is EMPTY else members
