"""GroupMetadataKey, GroupMetadataValue.

Records of a classic group in __consumer_offsets. A key follows its int16 record type, a value its
version. 3 has static members (KIP-345); 4 is flexible (KIP-915) and may only grow by tagged
fields.

Generated from schemas/group_metadata.schema by bin/generate: do not edit.
"""

from __future__ import annotations

from wirekafka_protocol.schema import ALWAYS, EMPTY, Field, Message, Struct, VersionRange


class GroupMetadataKey(Message):
    """Versions 0, none of them flexible."""

    __slots__ = ("group",)

    KEY = 2
    VERSIONS = VersionRange(0, 0)
    FIELDS = (
        Field("group", "string", ""),
    )

    def __init__(self, group: str = "") -> None:
        self.group = group


class MemberMetadata(Struct):
    __slots__ = (
        "assignment",
        "client_host",
        "client_id",
        "group_instance_id",
        "member_id",
        "rebalance_timeout",
        "session_timeout",
        "subscription",
    )

    FIELDS = (
        Field("member_id", "string", ""),
        Field("group_instance_id", "string", None, versions=VersionRange(3), nullable=ALWAYS),
        Field("client_id", "string", ""),
        Field("client_host", "string", ""),
        Field("rebalance_timeout", "int32", -1, versions=VersionRange(1)),
        Field("session_timeout", "int32", 0),
        Field("subscription", "bytes", b""),
        Field("assignment", "bytes", b""),
    )

    def __init__(
        self,
        member_id: str = "",
        group_instance_id: str | None = None,
        client_id: str = "",
        client_host: str = "",
        rebalance_timeout: int = -1,
        session_timeout: int = 0,
        subscription: bytes = b"",
        assignment: bytes = b"",
    ) -> None:
        self.member_id = member_id
        self.group_instance_id = group_instance_id
        self.client_id = client_id
        self.client_host = client_host
        self.rebalance_timeout = rebalance_timeout
        self.session_timeout = session_timeout
        self.subscription = subscription
        self.assignment = assignment


class GroupMetadataValue(Message):
    """Versions 0-4, flexible from 4."""

    __slots__ = (
        "current_state_timestamp",
        "generation",
        "leader",
        "members",
        "protocol",
        "protocol_type",
    )

    KEY = 2
    VERSIONS = VersionRange(0, 4)
    FLEXIBLE = VersionRange(4)
    FIELDS = (
        Field("protocol_type", "string", ""),
        Field("generation", "int32", 0),
        Field("protocol", "string", "", nullable=ALWAYS),
        Field("leader", "string", "", nullable=ALWAYS),
        Field("current_state_timestamp", "int64", -1, versions=VersionRange(2)),
        Field("members", "struct", (), struct=MemberMetadata, is_array=True),
    )

    def __init__(
        self,
        protocol_type: str = "",
        generation: int = 0,
        protocol: str | None = "",
        leader: str | None = "",
        current_state_timestamp: int = -1,
        members: list[MemberMetadata] = EMPTY,
    ) -> None:
        self.protocol_type = protocol_type
        self.generation = generation
        self.protocol = protocol
        self.leader = leader
        self.current_state_timestamp = current_state_timestamp
        self.members: list[MemberMetadata] = [] if members is EMPTY else members
