"""The messages of DescribeAcls, API key 29.

The ACLs that a filter matches (KIP-140). 1 has prefixed patterns (KIP-290); 3 user resources
(KIP-48).

Generated from schemas/describe_acls.schema by bin/generate: do not edit.
"""

from __future__ import annotations

from wirekafka_protocol.schema import ALWAYS, EMPTY, Field, Message, Struct, VersionRange


class DescribeAclsRequest(Message):
    """Versions 1-3, flexible from 2."""

    __slots__ = (
        "host_filter",
        "operation",
        "pattern_type_filter",
        "permission_type",
        "principal_filter",
        "resource_name_filter",
        "resource_type_filter",
    )

    KEY = 29
    VERSIONS = VersionRange(1, 3)
    FLEXIBLE = VersionRange(2)
    FIELDS = (
        Field("resource_type_filter", "int8", 0),
        Field("resource_name_filter", "string", "", nullable=ALWAYS),
        Field("pattern_type_filter", "int8", 3),
        Field("principal_filter", "string", "", nullable=ALWAYS),
        Field("host_filter", "string", "", nullable=ALWAYS),
        Field("operation", "int8", 0),
        Field("permission_type", "int8", 0),
    )

    def __init__(
        self,
        resource_type_filter: int = 0,
        resource_name_filter: str | None = "",
        pattern_type_filter: int = 3,
        principal_filter: str | None = "",
        host_filter: str | None = "",
        operation: int = 0,
        permission_type: int = 0,
    ) -> None:
        self.resource_type_filter = resource_type_filter
        self.resource_name_filter = resource_name_filter
        self.pattern_type_filter = pattern_type_filter
        self.principal_filter = principal_filter
        self.host_filter = host_filter
        self.operation = operation
        self.permission_type = permission_type


class AclDescription(Struct):
    __slots__ = ("host", "operation", "permission_type", "principal")

    FIELDS = (
        Field("principal", "string", ""),
        Field("host", "string", ""),
        Field("operation", "int8", 0),
        Field("permission_type", "int8", 0),
    )

    def __init__(
        self, principal: str = "", host: str = "", operation: int = 0, permission_type: int = 0
    ) -> None:
        self.principal = principal
        self.host = host
        self.operation = operation
        self.permission_type = permission_type


class DescribeAclsResource(Struct):
    __slots__ = ("acls", "pattern_type", "resource_name", "resource_type")

    FIELDS = (
        Field("resource_type", "int8", 0),
        Field("resource_name", "string", ""),
        Field("pattern_type", "int8", 3),
        Field("acls", "struct", (), struct=AclDescription, is_array=True),
    )

    def __init__(
        self,
        resource_type: int = 0,
        resource_name: str = "",
        pattern_type: int = 3,
        acls: list[AclDescription] = EMPTY,
    ) -> None:
        self.resource_type = resource_type
        self.resource_name = resource_name
        self.pattern_type = pattern_type
        self.acls: list[AclDescription] = [] if acls is EMPTY else acls


class DescribeAclsResponse(Message):
    """Versions 1-3, flexible from 2."""

    __slots__ = ("error_code", "error_message", "resources", "throttle_time_ms")

    KEY = 29
    VERSIONS = VersionRange(1, 3)
    FLEXIBLE = VersionRange(2)
    FIELDS = (
        Field("throttle_time_ms", "int32", 0),
        Field("error_code", "int16", 0),
        Field("error_message", "string", "", nullable=ALWAYS),
        Field("resources", "struct", (), struct=DescribeAclsResource, is_array=True),
    )

    def __init__(
        self,
        throttle_time_ms: int = 0,
        error_code: int = 0,
        error_message: str | None = "",
        resources: list[DescribeAclsResource] = EMPTY,
    ) -> None:
        self.throttle_time_ms = throttle_time_ms
        self.error_code = error_code
        self.error_message = error_message
        self.resources: list[DescribeAclsResource] = [] if resources is EMPTY else resources
