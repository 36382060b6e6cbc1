"""The messages of ListConfigResources, API key 74.

Names of things that have configs: only client metrics in 0 (KIP-714), any type from 1 on
(KIP-1142).

Generated from schemas/list_config_resources.schema by bin/generate: do not edit.
"""

from __future__ import annotations

from wirekafka_protocol.schema import ALWAYS, EMPTY, Field, Message, Struct, VersionRange


class ListConfigResourcesRequest(Message):
    """Versions 0-1, all flexible."""

    __slots__ = ("resource_types",)

    KEY = 74
    VERSIONS = VersionRange(0, 1)
    FLEXIBLE = ALWAYS
    FIELDS = (
        Field("resource_types", "int8", (), is_array=True, versions=VersionRange(1)),
    )

    def __init__(self, resource_types: list[int] = EMPTY) -> None:
        self.resource_types: list[int] = [] if resource_types is EMPTY else resource_types


class ConfigResource(Struct):
    __slots__ = ("resource_name", "resource_type")

    FIELDS = (
        Field("resource_name", "string", ""),
        Field("resource_type", "int8", 16, versions=VersionRange(1)),
    )

    def __init__(self, resource_name: str = "", resource_type: int = 16) -> None:
        self.resource_name = resource_name
        self.resource_type = resource_type


class ListConfigResourcesResponse(Message):
    """Versions 0-1, all flexible."""

    __slots__ = ("config_resources", "error_code", "throttle_time_ms")

    KEY = 74
    VERSIONS = VersionRange(0, 1)
    FLEXIBLE = ALWAYS
    FIELDS = (
        Field("throttle_time_ms", "int32", 0),
        Field("error_code", "int16", 0),
        Field("config_resources", "struct", (), struct=ConfigResource, is_array=True),
    )

    def __init__(
        self,
        throttle_time_ms: int = 0,
        error_code: int = 0,
        config_resources: list[ConfigResource] = EMPTY,
    ) -> None:
        self.throttle_time_ms = throttle_time_ms
        self.error_code = error_code
        self.config_resources: list[ConfigResource] = (
            [] if config_resources is EMPTY else config_resources
        )
