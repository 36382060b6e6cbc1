"""The messages of FindCoordinator, API key 10.

The broker that coordinates a group, transaction or share group (key_type). 4 asks for many keys at
once (KIP-699); 6 knows share groups (KIP-932).

Generated from schemas/find_coordinator.schema by bin/generate: do not edit.
"""

from __future__ import annotations

from wirekafka_protocol.schema import ALWAYS, EMPTY, Field, Message, Struct, VersionRange


class FindCoordinatorRequest(Message):
    """Versions 0-6, flexible from 3."""

    __slots__ = ("coordinator_keys", "key", "key_type")

    KEY = 10
    VERSIONS = VersionRange(0, 6)
    FLEXIBLE = VersionRange(3)
    FIELDS = (
        Field("key", "string", "", versions=VersionRange(0, 3)),
        Field("key_type", "int8", 0, versions=VersionRange(1)),
        Field("coordinator_keys", "string", (), is_array=True, versions=VersionRange(4)),
    )

    def __init__(
        self, key: str = "", key_type: int = 0, coordinator_keys: list[str] = EMPTY
    ) -> None:
        self.key = key
        self.key_type = key_type
        self.coordinator_keys: list[str] = [] if coordinator_keys is EMPTY else coordinator_keys


class Coordinator(Struct):
    __slots__ = ("error_code", "error_message", "host", "key", "node_id", "port")

    FIELDS = (
        Field("key", "string", ""),
        Field("node_id", "int32", 0),
        Field("host", "string", ""),
        Field("port", "int32", 0),
        Field("error_code", "int16", 0),
        Field("error_message", "string", "", nullable=ALWAYS),
    )

    def __init__(
        self,
        key: str = "",
        node_id: int = 0,
        host: str = "",
        port: int = 0,
        error_code: int = 0,
        error_message: str | None = "",
    ) -> None:
        self.key = key
        self.node_id = node_id
        self.host = host
        self.port = port
        self.error_code = error_code
        self.error_message = error_message


class FindCoordinatorResponse(Message):
    """Versions 0-6, flexible from 3."""

    __slots__ = (
        "coordinators",
        "error_code",
        "error_message",
        "host",
        "node_id",
        "port",
        "throttle_time_ms",
    )

    KEY = 10
    VERSIONS = VersionRange(0, 6)
    FLEXIBLE = VersionRange(3)
    FIELDS = (
        Field("throttle_time_ms", "int32", 0, versions=VersionRange(1)),
        Field("error_code", "int16", 0, versions=VersionRange(0, 3)),
        Field("error_message", "string", "", versions=VersionRange(1, 3), nullable=ALWAYS),
        Field("node_id", "int32", 0, versions=VersionRange(0, 3)),
        Field("host", "string", "", versions=VersionRange(0, 3)),
        Field("port", "int32", 0, versions=VersionRange(0, 3)),
        Field(
            "coordinators",
            "struct",
            (),
            struct=Coordinator,
            is_array=True,
            versions=VersionRange(4),
        ),
    )

    def __init__(
        self,
        throttle_time_ms: int = 0,
        error_code: int = 0,
        error_message: str | None = "",
        node_id: int = 0,
        host: str = "",
        port: int = 0,
        coordinators: list[Coordinator] = EMPTY,
    ) -> None:
        self.throttle_time_ms = throttle_time_ms
        self.error_code = error_code
        self.error_message = error_message
        self.node_id = node_id
        self.host = host
        self.port = port
        self.coordinators: list[Coordinator] = [] if coordinators is EMPTY else coordinators
