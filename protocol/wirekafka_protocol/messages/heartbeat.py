"""The messages of Heartbeat, API key 12.

Keeps a member of a classic group alive and tells it about rebalances. 3 static members (KIP-345).

Generated from schemas/heartbeat.schema by bin/generate: do not edit.
"""

from __future__ import annotations

from wirekafka_protocol.schema import ALWAYS, Field, Message, VersionRange


class HeartbeatRequest(Message):
    """Versions 0-4, flexible from 4."""

    __slots__ = ("generation_id", "group_id", "group_instance_id", "member_id")

    KEY = 12
    VERSIONS = VersionRange(0, 4)
    FLEXIBLE = VersionRange(4)
    FIELDS = (
        Field("group_id", "string", ""),
        Field("generation_id", "int32", 0),
        Field("member_id", "string", ""),
        Field("group_instance_id", "string", None, versions=VersionRange(3), nullable=ALWAYS),
    )

    def __init__(
        self,
        group_id: str = "",
        generation_id: int = 0,
        member_id: str = "",
        group_instance_id: str | None = None,
    ) -> None:
        self.group_id = group_id
        self.generation_id = generation_id
        self.member_id = member_id
        self.group_instance_id = group_instance_id


class HeartbeatResponse(Message):
    """Versions 0-4, flexible from 4."""

    __slots__ = ("error_code", "throttle_time_ms")

    KEY = 12
    VERSIONS = VersionRange(0, 4)
    FLEXIBLE = VersionRange(4)
    FIELDS = (
        Field("throttle_time_ms", "int32", 0, versions=VersionRange(1)),
        Field("error_code", "int16", 0),
    )

    def __init__(self, throttle_time_ms: int = 0, error_code: int = 0) -> None:
        self.throttle_time_ms = throttle_time_ms
        self.error_code = error_code
