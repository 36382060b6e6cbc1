"""The messages of CreateAcls, API key 30.

Adds ACLs (KIP-140). 1 has prefixed patterns (KIP-290); 3 user resources (KIP-373).

Generated from schemas/create_acls.schema by bin/generate: do not edit.
"""

from __future__ import annotations

from wirekafka_protocol.schema import ALWAYS, EMPTY, Field, Message, Struct, VersionRange


class AclCreation(Struct):
    __slots__ = (
        "host",
        "operation",
        "permission_type",
        "principal",
        "resource_name",
        "resource_pattern_type",
        "resource_type",
    )

    FIELDS = (
        Field("resource_type", "int8", 0),
        Field("resource_name", "string", ""),
        Field("resource_pattern_type", "int8", 3),
        Field("principal", "string", ""),
        Field("host", "string", ""),
        Field("operation", "int8", 0),
        Field("permission_type", "int8", 0),
    )

    def __init__(
        self,
        resource_type: int = 0,
        resource_name: str = "",
        resource_pattern_type: int = 3,
        principal: str = "",
        host: str = "",
        operation: int = 0,
        permission_type: int = 0,
    ) -> None:
        self.resource_type = resource_type
        self.resource_name = resource_name
        self.resource_pattern_type = resource_pattern_type
        self.principal = principal
        self.host = host
        self.operation = operation
        self.permission_type = permission_type


class CreateAclsRequest(Message):
    """Versions 1-3, flexible from 2."""

    __slots__ = ("creations",)

    KEY = 30
    VERSIONS = VersionRange(1, 3)
    FLEXIBLE = VersionRange(2)
    FIELDS = (
        Field("creations", "struct", (), struct=AclCreation, is_array=True),
    )

    def __init__(self, creations: list[AclCreation] = EMPTY) -> None:
        self.creations: list[AclCreation] = [] if creations is EMPTY else creations


class AclCreationResult(Struct):
    __slots__ = ("error_code", "error_message")

    FIELDS = (
        Field("error_code", "int16", 0),
        Field("error_message", "string", "", nullable=ALWAYS),
    )

    def __init__(self, error_code: int = 0, error_message: str | None = "") -> None:
        self.error_code = error_code
        self.error_message = error_message


class CreateAclsResponse(Message):
    """Versions 1-3, flexible from 2."""

    __slots__ = ("results", "throttle_time_ms")

    KEY = 30
    VERSIONS = VersionRange(1, 3)
    FLEXIBLE = VersionRange(2)
    FIELDS = (
        Field("throttle_time_ms", "int32", 0),
        Field("results", "struct", (), struct=AclCreationResult, is_array=True),
    )

    def __init__(self, throttle_time_ms: int = 0, results: list[AclCreationResult] = EMPTY) -> None:
        self.throttle_time_ms = throttle_time_ms
        self.results: list[AclCreationResult] = [] if results is EMPTY else results
