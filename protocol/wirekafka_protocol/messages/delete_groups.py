"""The messages of DeleteGroups, API key 42.

Deletes empty groups and their offsets (KIP-229).

Generated from schemas/delete_groups.schema by bin/generate: do not edit.
"""

from __future__ import annotations

from wirekafka_protocol.schema import EMPTY, Field, Message, Struct, VersionRange


class DeleteGroupsRequest(Message):
    """Versions 0-2, flexible from 2."""

    __slots__ = ("groups_names",)

    KEY = 42
    VERSIONS = VersionRange(0, 2)
    FLEXIBLE = VersionRange(2)
    FIELDS = (
        Field("groups_names", "string", (), is_array=True),
    )

    def __init__(self, groups_names: list[str] = EMPTY) -> None:
        self.groups_names: list[str] = [] if groups_names is EMPTY else groups_names


class DeletableGroupResult(Struct):
    __slots__ = ("error_code", "group_id")

    FIELDS = (
        Field("group_id", "string", ""),
        Field("error_code", "int16", 0),
    )

    def __init__(self, group_id: str = "", error_code: int = 0) -> None:
        self.group_id = group_id
        self.error_code = error_code


class DeleteGroupsResponse(Message):
    """Versions 0-2, flexible from 2."""

    __slots__ = ("results", "throttle_time_ms")

    KEY = 42
    VERSIONS = VersionRange(0, 2)
    FLEXIBLE = VersionRange(2)
    FIELDS = (
        Field("throttle_time_ms", "int32", 0),
        Field("results", "struct", (), struct=DeletableGroupResult, is_array=True),
    )

    def __init__(
        self, throttle_time_ms: int = 0, results: list[DeletableGroupResult] = EMPTY
    ) -> None:
        self.throttle_time_ms = throttle_time_ms
        self.results: list[DeletableGroupResult] = [] if results is EMPTY else results
