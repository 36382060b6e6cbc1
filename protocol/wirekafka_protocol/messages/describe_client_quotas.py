"""The messages of DescribeClientQuotas, API key 48.

Quotas of the users, client ids and addresses that a filter matches (KIP-546).

Generated from schemas/describe_client_quotas.schema by bin/generate: do not edit.
"""

from __future__ import annotations

from wirekafka_protocol.schema import ALWAYS, EMPTY, Field, Message, Struct, VersionRange


class ComponentData(Struct):
    __slots__ = ("entity_type", "match", "match_type")

    FIELDS = (
        Field("entity_type", "string", ""),
        Field("match_type", "int8", 0),
        Field("match", "string", "", nullable=ALWAYS),
    )

    def __init__(self, entity_type: str = "", match_type: int = 0, match: str | None = "") -> None:
        self.entity_type = entity_type
        self.match_type = match_type
        self.match = match


class DescribeClientQuotasRequest(Message):
    """Versions 0-1, flexible from 1."""

    __slots__ = ("components", "strict")

    KEY = 48
    VERSIONS = VersionRange(0, 1)
    FLEXIBLE = VersionRange(1)
    FIELDS = (
        Field("components", "struct", (), struct=ComponentData, is_array=True),
        Field("strict", "bool", False),
    )

    def __init__(self, components: list[ComponentData] = EMPTY, strict: bool = False) -> None:
        self.components: list[ComponentData] = [] if components is EMPTY else components
        self.strict = strict


class EntityData(Struct):
    __slots__ = ("entity_name", "entity_type")

    FIELDS = (
        Field("entity_type", "string", ""),
        Field("entity_name", "string", "", nullable=ALWAYS),
    )

    def __init__(self, entity_type: str = "", entity_name: str | None = "") -> None:
        self.entity_type = entity_type
        self.entity_name = entity_name


class ValueData(Struct):
    __slots__ = ("key", "value")

    FIELDS = (
        Field("key", "string", ""),
        Field("value", "float64", 0.0),
    )

    def __init__(self, key: str = "", value: float = 0.0) -> None:
        self.key = key
        self.value = value


class EntryData(Struct):
    __slots__ = ("entity", "values")

    FIELDS = (
        Field("entity", "struct", (), struct=EntityData, is_array=True),
        Field("values", "struct", (), struct=ValueData, is_array=True),
    )

    def __init__(self, entity: list[EntityData] = EMPTY, values: list[ValueData] = EMPTY) -> None:
        self.entity: list[EntityData] = [] if entity is EMPTY else entity
        self.values: list[ValueData] = [] if values is EMPTY else values


class DescribeClientQuotasResponse(Message):
    """Versions 0-1, flexible from 1."""

    __slots__ = ("entries", "error_code", "error_message", "throttle_time_ms")

    KEY = 48
    VERSIONS = VersionRange(0, 1)
    FLEXIBLE = VersionRange(1)
    FIELDS = (
        Field("throttle_time_ms", "int32", 0),
        Field("error_code", "int16", 0),
        Field("error_message", "string", "", nullable=ALWAYS),
        Field("entries", "struct", (), struct=EntryData, is_array=True, nullable=ALWAYS),
    )

    def __init__(
        self,
        throttle_time_ms: int = 0,
        error_code: int = 0,
        error_message: str | None = "",
        entries: list[EntryData] | None = EMPTY,
    ) -> None:
        self.throttle_time_ms = throttle_time_ms
        self.error_code = error_code
        self.error_message = error_message
        self.entries: list[EntryData] | None = [] if entries is EMPTY else entries
