"""The messages of AlterClientQuotas, API key 49.

Sets and removes quotas; a null entity name is the default of its type (KIP-546).

Generated from schemas/alter_client_quotas.schema by bin/generate: do not edit.
"""

from __future__ import annotations

from wirekafka_protocol.schema import ALWAYS, EMPTY, Field, Message, Struct, VersionRange


class EntityData(Struct):
    __slots__ = ("entity_name", "entity_type")

    FIELDS = (
        Field("entity_type", "string", ""),
        Field("entity_name", "string", "", nullable=ALWAYS),
    )

    def __init__(self, entity_type: str = "", entity_name: str | None = "") -> None:
        self.entity_type = entity_type
        self.entity_name = entity_name


class OpData(Struct):
    __slots__ = ("key", "remove", "value")

    FIELDS = (
        Field("key", "string", ""),
        Field("value", "float64", 0.0),
        Field("remove", "bool", False),
    )

    def __init__(self, key: str = "", value: float = 0.0, remove: bool = False) -> None:
        self.key = key
        self.value = value
        self.remove = remove


class AlterClientQuotasRequestEntryData(Struct):
    __slots__ = ("entity", "ops")

    FIELDS = (
        Field("entity", "struct", (), struct=EntityData, is_array=True),
        Field("ops", "struct", (), struct=OpData, is_array=True),
    )

    def __init__(self, entity: list[EntityData] = EMPTY, ops: list[OpData] = EMPTY) -> None:
        self.entity: list[EntityData] = [] if entity is EMPTY else entity
        self.ops: list[OpData] = [] if ops is EMPTY else ops


class AlterClientQuotasRequest(Message):
    """Versions 0-1, flexible from 1."""

    __slots__ = ("entries", "validate_only")

    KEY = 49
    VERSIONS = VersionRange(0, 1)
    FLEXIBLE = VersionRange(1)
    FIELDS = (
        Field("entries", "struct", (), struct=AlterClientQuotasRequestEntryData, is_array=True),
        Field("validate_only", "bool", False),
    )

    def __init__(
        self, entries: list[AlterClientQuotasRequestEntryData] = EMPTY, validate_only: bool = False
    ) -> None:
        self.entries: list[AlterClientQuotasRequestEntryData] = [] if entries is EMPTY else entries
        self.validate_only = validate_only


class AlterClientQuotasResponseEntryData(Struct):
    __slots__ = ("entity", "error_code", "error_message")

    FIELDS = (
        Field("error_code", "int16", 0),
        Field("error_message", "string", "", nullable=ALWAYS),
        Field("entity", "struct", (), struct=EntityData, is_array=True),
    )

    def __init__(
        self, error_code: int = 0, error_message: str | None = "", entity: list[EntityData] = EMPTY
    ) -> None:
        self.error_code = error_code
        self.error_message = error_message
        self.entity: list[EntityData] = [] if entity is EMPTY else entity


class AlterClientQuotasResponse(Message):
    """Versions 0-1, flexible from 1."""

    __slots__ = ("entries", "throttle_time_ms")

    KEY = 49
    VERSIONS = VersionRange(0, 1)
    FLEXIBLE = VersionRange(1)
    FIELDS = (
        Field("throttle_time_ms", "int32", 0),
        Field("entries", "struct", (), struct=AlterClientQuotasResponseEntryData, is_array=True),
    )

    def __init__(
        self, throttle_time_ms: int = 0, entries: list[AlterClientQuotasResponseEntryData] = EMPTY
    ) -> None:
        self.throttle_time_ms = throttle_time_ms
        self.entries: list[AlterClientQuotasResponseEntryData] = [] if entries is EMPTY else entries
