"""The messages of DeleteAcls, API key 31.

Deletes the ACLs that filters match and tells which (KIP-140). 1 has prefixed patterns (KIP-290).

Generated from schemas/delete_acls.schema by bin/generate: do not edit.
"""

from __future__ import annotations

from wirekafka_protocol.schema import ALWAYS, EMPTY, Field, Message, Struct, VersionRange


class DeleteAclsFilter(Struct):
    __slots__ = (
        "host_filter",
        "operation",
        "pattern_type_filter",
        "permission_type",
        "principal_filter",
        "resource_name_filter",
        "resource_type_filter",
    )

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


class DeleteAclsRequest(Message):
    """Versions 1-3, flexible from 2."""

    __slots__ = ("filters",)

    KEY = 31
    VERSIONS = VersionRange(1, 3)
    FLEXIBLE = VersionRange(2)
    FIELDS = (
        Field("filters", "struct", (), struct=DeleteAclsFilter, is_array=True),
    )

    def __init__(self, filters: list[DeleteAclsFilter] = EMPTY) -> None:
        self.filters: list[DeleteAclsFilter] = [] if filters is EMPTY else filters


class DeleteAclsMatchingAcl(Struct):
    __slots__ = (
        "error_code",
        "error_message",
        "host",
        "operation",
        "pattern_type",
        "permission_type",
        "principal",
        "resource_name",
        "resource_type",
    )

    FIELDS = (
        Field("error_code", "int16", 0),
        Field("error_message", "string", "", nullable=ALWAYS),
        Field("resource_type", "int8", 0),
        Field("resource_name", "string", ""),
        Field("pattern_type", "int8", 3),
        Field("principal", "string", ""),
        Field("host", "string", ""),
        Field("operation", "int8", 0),
        Field("permission_type", "int8", 0),
    )

    def __init__(
        self,
        error_code: int = 0,
        error_message: str | None = "",
        resource_type: int = 0,
        resource_name: str = "",
        pattern_type: int = 3,
        principal: str = "",
        host: str = "",
        operation: int = 0,
        permission_type: int = 0,
    ) -> None:
        self.error_code = error_code
        self.error_message = error_message
        self.resource_type = resource_type
        self.resource_name = resource_name
        self.pattern_type = pattern_type
        self.principal = principal
        self.host = host
        self.operation = operation
        self.permission_type = permission_type


class DeleteAclsFilterResult(Struct):
    __slots__ = ("error_code", "error_message", "matching_acls")

    FIELDS = (
        Field("error_code", "int16", 0),
        Field("error_message", "string", "", nullable=ALWAYS),
        Field("matching_acls", "struct", (), struct=DeleteAclsMatchingAcl, is_array=True),
    )

    def __init__(
        self,
        error_code: int = 0,
        error_message: str | None = "",
        matching_acls: list[DeleteAclsMatchingAcl] = EMPTY,
    ) -> None:
        self.error_code = error_code
        self.error_message = error_message
        self.matching_acls: list[DeleteAclsMatchingAcl] = (
            [] if matching_acls is EMPTY else matching_acls
        )


class DeleteAclsResponse(Message):
    """Versions 1-3, flexible from 2."""

    __slots__ = ("filter_results", "throttle_time_ms")

    KEY = 31
    VERSIONS = VersionRange(1, 3)
    FLEXIBLE = VersionRange(2)
    FIELDS = (
        Field("throttle_time_ms", "int32", 0),
        Field("filter_results", "struct", (), struct=DeleteAclsFilterResult, is_array=True),
    )

    def __init__(
        self, throttle_time_ms: int = 0, filter_results: list[DeleteAclsFilterResult] = EMPTY
    ) -> None:
        self.throttle_time_ms = throttle_time_ms
        self.filter_results: list[DeleteAclsFilterResult] = (
            [] if filter_results is EMPTY else filter_results
        )
