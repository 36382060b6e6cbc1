"""The messages of IncrementalAlterConfigs, API key 44.

Sets, deletes, appends to or subtracts from single configs (KIP-339), unlike AlterConfigs, which
replaces them all.

Generated from schemas/incremental_alter_configs.schema by bin/generate: do not edit.
"""

from __future__ import annotations

from wirekafka_protocol.schema import ALWAYS, EMPTY, Field, Message, Struct, VersionRange


class AlterableConfig(Struct):
    __slots__ = ("config_operation", "name", "value")

    FIELDS = (
        Field("name", "string", ""),
        Field("config_operation", "int8", 0),
        Field("value", "string", "", nullable=ALWAYS),
    )

    def __init__(self, name: str = "", config_operation: int = 0, value: str | None = "") -> None:
        self.name = name
        self.config_operation = config_operation
        self.value = value


class AlterConfigsResource(Struct):
    __slots__ = ("configs", "resource_name", "resource_type")

    FIELDS = (
        Field("resource_type", "int8", 0),
        Field("resource_name", "string", ""),
        Field("configs", "struct", (), struct=AlterableConfig, is_array=True),
    )

    def __init__(
        self,
        resource_type: int = 0,
        resource_name: str = "",
        configs: list[AlterableConfig] = EMPTY,
    ) -> None:
        self.resource_type = resource_type
        self.resource_name = resource_name
        self.configs: list[AlterableConfig] = [] if configs is EMPTY else configs


class IncrementalAlterConfigsRequest(Message):
    """Versions 0-1, flexible from 1."""

    __slots__ = ("resources", "validate_only")

    KEY = 44
    VERSIONS = VersionRange(0, 1)
    FLEXIBLE = VersionRange(1)
    FIELDS = (
        Field("resources", "struct", (), struct=AlterConfigsResource, is_array=True),
        Field("validate_only", "bool", False),
    )

    def __init__(
        self, resources: list[AlterConfigsResource] = EMPTY, validate_only: bool = False
    ) -> None:
        self.resources: list[AlterConfigsResource] = [] if resources is EMPTY else resources
        self.validate_only = validate_only


class AlterConfigsResourceResponse(Struct):
    __slots__ = ("error_code", "error_message", "resource_name", "resource_type")

    FIELDS = (
        Field("error_code", "int16", 0),
        Field("error_message", "string", "", nullable=ALWAYS),
        Field("resource_type", "int8", 0),
        Field("resource_name", "string", ""),
    )

    def __init__(
        self,
        error_code: int = 0,
        error_message: str | None = "",
        resource_type: int = 0,
        resource_name: str = "",
    ) -> None:
        self.error_code = error_code
        self.error_message = error_message
        self.resource_type = resource_type
        self.resource_name = resource_name


class IncrementalAlterConfigsResponse(Message):
    """Versions 0-1, flexible from 1."""

    __slots__ = ("responses", "throttle_time_ms")

    KEY = 44
    VERSIONS = VersionRange(0, 1)
    FLEXIBLE = VersionRange(1)
    FIELDS = (
        Field("throttle_time_ms", "int32", 0),
        Field("responses", "struct", (), struct=AlterConfigsResourceResponse, is_array=True),
    )

    def __init__(
        self, throttle_time_ms: int = 0, responses: list[AlterConfigsResourceResponse] = EMPTY
    ) -> None:
        self.throttle_time_ms = throttle_time_ms
        self.responses: list[AlterConfigsResourceResponse] = [] if responses is EMPTY else responses
