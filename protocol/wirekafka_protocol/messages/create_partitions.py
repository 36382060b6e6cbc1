"""The messages of CreatePartitions, API key 37.

Raises the partition count of topics (KIP-195). 3 may answer that a quota was exceeded (KIP-599).

Generated from schemas/create_partitions.schema by bin/generate: do not edit.
"""

from __future__ import annotations

from wirekafka_protocol.schema import ALWAYS, EMPTY, Field, Message, Struct, VersionRange


class CreatePartitionsAssignment(Struct):
    __slots__ = ("broker_ids",)

    FIELDS = (
        Field("broker_ids", "int32", (), is_array=True),
    )

    def __init__(self, broker_ids: list[int] = EMPTY) -> None:
        self.broker_ids: list[int] = [] if broker_ids is EMPTY else broker_ids


class CreatePartitionsTopic(Struct):
    __slots__ = ("assignments", "count", "name")

    FIELDS = (
        Field("name", "string", ""),
        Field("count", "int32", 0),
        Field(
            "assignments",
            "struct",
            (),
            struct=CreatePartitionsAssignment,
            is_array=True,
            nullable=ALWAYS,
        ),
    )

    def __init__(
        self,
        name: str = "",
        count: int = 0,
        assignments: list[CreatePartitionsAssignment] | None = EMPTY,
    ) -> None:
        self.name = name
        self.count = count
        self.assignments: list[CreatePartitionsAssignment] | None = (
            [] if assignments is EMPTY else assignments
        )


class CreatePartitionsRequest(Message):
    """Versions 0-3, flexible from 2."""

    __slots__ = ("timeout_ms", "topics", "validate_only")

    KEY = 37
    VERSIONS = VersionRange(0, 3)
    FLEXIBLE = VersionRange(2)
    FIELDS = (
        Field("topics", "struct", (), struct=CreatePartitionsTopic, is_array=True),
        Field("timeout_ms", "int32", 0),
        Field("validate_only", "bool", False),
    )

    def __init__(
        self,
        topics: list[CreatePartitionsTopic] = EMPTY,
        timeout_ms: int = 0,
        validate_only: bool = False,
    ) -> None:
        self.topics: list[CreatePartitionsTopic] = [] if topics is EMPTY else topics
        self.timeout_ms = timeout_ms
        self.validate_only = validate_only


class CreatePartitionsTopicResult(Struct):
    __slots__ = ("error_code", "error_message", "name")

    FIELDS = (
        Field("name", "string", ""),
        Field("error_code", "int16", 0),
        Field("error_message", "string", None, nullable=ALWAYS),
    )

    def __init__(
        self, name: str = "", error_code: int = 0, error_message: str | None = None
    ) -> None:
        self.name = name
        self.error_code = error_code
        self.error_message = error_message


class CreatePartitionsResponse(Message):
    """Versions 0-3, flexible from 2."""

    __slots__ = ("results", "throttle_time_ms")

    KEY = 37
    VERSIONS = VersionRange(0, 3)
    FLEXIBLE = VersionRange(2)
    FIELDS = (
        Field("throttle_time_ms", "int32", 0),
        Field("results", "struct", (), struct=CreatePartitionsTopicResult, is_array=True),
    )

    def __init__(
        self, throttle_time_ms: int = 0, results: list[CreatePartitionsTopicResult] = EMPTY
    ) -> None:
        self.throttle_time_ms = throttle_time_ms
        self.results: list[CreatePartitionsTopicResult] = [] if results is EMPTY else results
