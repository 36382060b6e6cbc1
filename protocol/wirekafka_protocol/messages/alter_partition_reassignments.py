"""The messages of AlterPartitionReassignments, API key 45.

Moves partitions to other replicas; null replicas cancel a move (KIP-455). 1 can forbid changes of
the replication factor (KIP-860).

Generated from schemas/alter_partition_reassignments.schema by bin/generate: do not edit.
"""

from __future__ import annotations

from wirekafka_protocol.schema import ALWAYS, EMPTY, Field, Message, Struct, VersionRange


class ReassignablePartition(Struct):
    __slots__ = ("partition_index", "replicas")

    FIELDS = (
        Field("partition_index", "int32", 0),
        Field("replicas", "int32", None, is_array=True, nullable=ALWAYS),
    )

    def __init__(self, partition_index: int = 0, replicas: list[int] | None = None) -> None:
        self.partition_index = partition_index
        self.replicas = replicas


class ReassignableTopic(Struct):
    __slots__ = ("name", "partitions")

    FIELDS = (
        Field("name", "string", ""),
        Field("partitions", "struct", (), struct=ReassignablePartition, is_array=True),
    )

    def __init__(self, name: str = "", partitions: list[ReassignablePartition] = EMPTY) -> None:
        self.name = name
        self.partitions: list[ReassignablePartition] = [] if partitions is EMPTY else partitions


class AlterPartitionReassignmentsRequest(Message):
    """Versions 0-1, all flexible."""

    __slots__ = ("allow_replication_factor_change", "timeout_ms", "topics")

    KEY = 45
    VERSIONS = VersionRange(0, 1)
    FLEXIBLE = ALWAYS
    FIELDS = (
        Field("timeout_ms", "int32", 60000),
        Field("allow_replication_factor_change", "bool", True, versions=VersionRange(1)),
        Field("topics", "struct", (), struct=ReassignableTopic, is_array=True),
    )

    def __init__(
        self,
        timeout_ms: int = 60000,
        allow_replication_factor_change: bool = True,
        topics: list[ReassignableTopic] = EMPTY,
    ) -> None:
        self.timeout_ms = timeout_ms
        self.allow_replication_factor_change = allow_replication_factor_change
        self.topics: list[ReassignableTopic] = [] if topics is EMPTY else topics


class ReassignablePartitionResponse(Struct):
    __slots__ = ("error_code", "error_message", "partition_index")

    FIELDS = (
        Field("partition_index", "int32", 0),
        Field("error_code", "int16", 0),
        Field("error_message", "string", "", nullable=ALWAYS),
    )

    def __init__(
        self, partition_index: int = 0, error_code: int = 0, error_message: str | None = ""
    ) -> None:
        self.partition_index = partition_index
        self.error_code = error_code
        self.error_message = error_message


class ReassignableTopicResponse(Struct):
    __slots__ = ("name", "partitions")

    FIELDS = (
        Field("name", "string", ""),
        Field("partitions", "struct", (), struct=ReassignablePartitionResponse, is_array=True),
    )

    def __init__(
        self, name: str = "", partitions: list[ReassignablePartitionResponse] = EMPTY
    ) -> None:
        self.name = name
        self.partitions: list[ReassignablePartitionResponse] = (
            [] if partitions is EMPTY else partitions
        )


class AlterPartitionReassignmentsResponse(Message):
    """Versions 0-1, all flexible."""

    __slots__ = (
        "allow_replication_factor_change",
        "error_code",
        "error_message",
        "responses",
        "throttle_time_ms",
    )

    KEY = 45
    VERSIONS = VersionRange(0, 1)
    FLEXIBLE = ALWAYS
    FIELDS = (
        Field("throttle_time_ms", "int32", 0),
        Field("allow_replication_factor_change", "bool", True, versions=VersionRange(1)),
        Field("error_code", "int16", 0),
        Field("error_message", "string", "", nullable=ALWAYS),
        Field("responses", "struct", (), struct=ReassignableTopicResponse, is_array=True),
    )

    def __init__(
        self,
        throttle_time_ms: int = 0,
        allow_replication_factor_change: bool = True,
        error_code: int = 0,
        error_message: str | None = "",
        responses: list[ReassignableTopicResponse] = EMPTY,
    ) -> None:
        self.throttle_time_ms = throttle_time_ms
        self.allow_replication_factor_change = allow_replication_factor_change
        self.error_code = error_code
        self.error_message = error_message
        self.responses: list[ReassignableTopicResponse] = [] if responses is EMPTY else responses
