"""The messages of AlterConfigs, API key 33.

Replaces all configs of a resource; what is not named goes back to its default (KIP-133).

Generated from schemas/alter_configs.schema by bin/generate: do not edit.
"""

from __future__ import annotations

from wirekafka_protocol.schema import ALWAYS, EMPTY, Field, Message, Struct, VersionRange


class AlterableConfig(Struct):
    __slots__ = ("name", "value")

    FIELDS = (
        Field("name", "string", ""),
        Field("value", "string", "", nullable=ALWAYS),
    )

    def __init__(self, name: str = "", value: str | None = "") -> None:
        self.name = name
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


class AlterConfigsRequest(Message):
    """Versions 0-2, flexible from 2."""

    __slots__ = ("resources", "validate_only")

    KEY = 33
    VERSIONS = VersionRange(0, 2)
    FLEXIBLE = VersionRange(2)
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


class AlterConfigsResponse(Message):
    """Versions 0-2, flexible from 2."""

    __slots__ = ("responses", "throttle_time_ms")

    KEY = 33
    VERSIONS = VersionRange(0, 2)
    FLEXIBLE = VersionRange(2)
    FIELDS = (
        Field("throttle_time_ms", "int32", 0),
        Field("responses", "struct", (), struct=AlterConfigsResourceResponse, is_array=True),
    )

    def __init__(
        self, throttle_time_ms: int = 0, responses: list[AlterConfigsResourceResponse] = EMPTY
    ) -> None:
        self.throttle_time_ms = throttle_time_ms
        self.responses: list[AlterConfigsResourceResponse] = [] if responses is EMPTY else responses
