"""The messages of ListPartitionReassignments, API key 46.

The moves under way; null topics mean all (KIP-455).

Generated from schemas/list_partition_reassignments.schema by bin/generate: do not edit.
"""

from __future__ import annotations

from wirekafka_protocol.schema import ALWAYS, EMPTY, Field, Message, Struct, VersionRange


class ListPartitionReassignmentsTopics(Struct):
    __slots__ = ("name", "partition_indexes")

    FIELDS = (
        Field("name", "string", ""),
        Field("partition_indexes", "int32", (), is_array=True),
    )

    def __init__(self, name: str = "", partition_indexes: list[int] = EMPTY) -> None:
        self.name = name
        self.partition_indexes: list[int] = [] if partition_indexes is EMPTY else partition_indexes


class ListPartitionReassignmentsRequest(Message):
    """Versions 0, all flexible."""

    __slots__ = ("timeout_ms", "topics")

    KEY = 46
    VERSIONS = VersionRange(0, 0)
    FLEXIBLE = ALWAYS
    FIELDS = (
        Field("timeout_ms", "int32", 60000),
        Field(
            "topics",
            "struct",
            None,
            struct=ListPartitionReassignmentsTopics,
            is_array=True,
            nullable=ALWAYS,
        ),
    )

    def __init__(
        self, timeout_ms: int = 60000, topics: list[ListPartitionReassignmentsTopics] | None = None
    ) -> None:
        self.timeout_ms = timeout_ms
        self.topics = topics


class OngoingPartitionReassignment(Struct):
    __slots__ = ("adding_replicas", "partition_index", "removing_replicas", "replicas")

    FIELDS = (
        Field("partition_index", "int32", 0),
        Field("replicas", "int32", (), is_array=True),
        Field("adding_replicas", "int32", (), is_array=True),
        Field("removing_replicas", "int32", (), is_array=True),
    )

    def __init__(
        self,
        partition_index: int = 0,
        replicas: list[int] = EMPTY,
        adding_replicas: list[int] = EMPTY,
        removing_replicas: list[int] = EMPTY,
    ) -> None:
        self.partition_index = partition_index
        self.replicas: list[int] = [] if replicas is EMPTY else replicas
        self.adding_replicas: list[int] = [] if adding_replicas is EMPTY else adding_replicas
        self.removing_replicas: list[int] = [] if removing_replicas is EMPTY else removing_replicas


class OngoingTopicReassignment(Struct):
    __slots__ = ("name", "partitions")

    FIELDS = (
        Field("name", "string", ""),
        Field("partitions", "struct", (), struct=OngoingPartitionReassignment, is_array=True),
    )

    def __init__(
        self, name: str = "", partitions: list[OngoingPartitionReassignment] = EMPTY
    ) -> None:
        self.name = name
        self.partitions: list[OngoingPartitionReassignment] = (
            [] if partitions is EMPTY else partitions
        )


class ListPartitionReassignmentsResponse(Message):
    """Versions 0, all flexible."""

    __slots__ = ("error_code", "error_message", "throttle_time_ms", "topics")

    KEY = 46
    VERSIONS = VersionRange(0, 0)
    FLEXIBLE = ALWAYS
    FIELDS = (
        Field("throttle_time_ms", "int32", 0),
        Field("error_code", "int16", 0),
        Field("error_message", "string", "", nullable=ALWAYS),
        Field("topics", "struct", (), struct=OngoingTopicReassignment, is_array=True),
    )

    def __init__(
        self,
        throttle_time_ms: int = 0,
        error_code: int = 0,
        error_message: str | None = "",
        topics: list[OngoingTopicReassignment] = EMPTY,
    ) -> None:
        self.throttle_time_ms = throttle_time_ms
        self.error_code = error_code
        self.error_message = error_message
        self.topics: list[OngoingTopicReassignment] = [] if topics is EMPTY else topics
