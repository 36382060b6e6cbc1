"""The messages of ElectLeaders, API key 43.

Elects the preferred leader (KIP-183) or, from 1 on, an unclean one (KIP-460); null means all
partitions.

Generated from schemas/elect_leaders.schema by bin/generate: do not edit.
"""

from __future__ import annotations

from wirekafka_protocol.schema import ALWAYS, EMPTY, Field, Message, Struct, VersionRange


class TopicPartitions(Struct):
    __slots__ = ("partitions", "topic")

    FIELDS = (
        Field("topic", "string", ""),
        Field("partitions", "int32", (), is_array=True),
    )

    def __init__(self, topic: str = "", partitions: list[int] = EMPTY) -> None:
        self.topic = topic
        self.partitions: list[int] = [] if partitions is EMPTY else partitions


class ElectLeadersRequest(Message):
    """Versions 0-2, flexible from 2."""

    __slots__ = ("election_type", "timeout_ms", "topic_partitions")

    KEY = 43
    VERSIONS = VersionRange(0, 2)
    FLEXIBLE = VersionRange(2)
    FIELDS = (
        Field("election_type", "int8", 0, versions=VersionRange(1)),
        Field(
            "topic_partitions", "struct", (), struct=TopicPartitions, is_array=True, nullable=ALWAYS
        ),
        Field("timeout_ms", "int32", 60000),
    )

    def __init__(
        self,
        election_type: int = 0,
        topic_partitions: list[TopicPartitions] | None = EMPTY,
        timeout_ms: int = 60000,
    ) -> None:
        self.election_type = election_type
        self.topic_partitions: list[TopicPartitions] | None = (
            [] if topic_partitions is EMPTY else topic_partitions
        )
        self.timeout_ms = timeout_ms


class PartitionResult(Struct):
    __slots__ = ("error_code", "error_message", "partition_id")

    FIELDS = (
        Field("partition_id", "int32", 0),
        Field("error_code", "int16", 0),
        Field("error_message", "string", "", nullable=ALWAYS),
    )

    def __init__(
        self, partition_id: int = 0, error_code: int = 0, error_message: str | None = ""
    ) -> None:
        self.partition_id = partition_id
        self.error_code = error_code
        self.error_message = error_message


class ReplicaElectionResult(Struct):
    __slots__ = ("partition_result", "topic")

    FIELDS = (
        Field("topic", "string", ""),
        Field("partition_result", "struct", (), struct=PartitionResult, is_array=True),
    )

    def __init__(self, topic: str = "", partition_result: list[PartitionResult] = EMPTY) -> None:
        self.topic = topic
        self.partition_result: list[PartitionResult] = (
            [] if partition_result is EMPTY else partition_result
        )


class ElectLeadersResponse(Message):
    """Versions 0-2, flexible from 2."""

    __slots__ = ("error_code", "replica_election_results", "throttle_time_ms")

    KEY = 43
    VERSIONS = VersionRange(0, 2)
    FLEXIBLE = VersionRange(2)
    FIELDS = (
        Field("throttle_time_ms", "int32", 0),
        Field("error_code", "int16", 0, versions=VersionRange(1)),
        Field(
            "replica_election_results", "struct", (), struct=ReplicaElectionResult, is_array=True
        ),
    )

    def __init__(
        self,
        throttle_time_ms: int = 0,
        error_code: int = 0,
        replica_election_results: list[ReplicaElectionResult] = EMPTY,
    ) -> None:
        self.throttle_time_ms = throttle_time_ms
        self.error_code = error_code
        self.replica_election_results: list[ReplicaElectionResult] = (
            [] if replica_election_results is EMPTY else replica_election_results
        )
