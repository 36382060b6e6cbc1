"""The messages of ListOffsets, API key 2.

Offset for a timestamp; negative timestamps are special (-1 latest, -2 earliest, and each of the
versions 7 to 9 and 11 allows one more). 2 isolation level; 4 leader epochs; 10 a timeout for
tiered logs.

Generated from schemas/list_offsets.schema by bin/generate: do not edit.
"""

from __future__ import annotations

from wirekafka_protocol.schema import EMPTY, Field, Message, Struct, VersionRange


class ListOffsetsPartition(Struct):
    __slots__ = ("current_leader_epoch", "partition_index", "timestamp")

    FIELDS = (
        Field("partition_index", "int32", 0),
        Field("current_leader_epoch", "int32", -1, versions=VersionRange(4)),
        Field("timestamp", "int64", 0),
    )

    def __init__(
        self, partition_index: int = 0, current_leader_epoch: int = -1, timestamp: int = 0
    ) -> None:
        self.partition_index = partition_index
        self.current_leader_epoch = current_leader_epoch
        self.timestamp = timestamp


class ListOffsetsTopic(Struct):
    __slots__ = ("name", "partitions")

    FIELDS = (
        Field("name", "string", ""),
        Field("partitions", "struct", (), struct=ListOffsetsPartition, is_array=True),
    )

    def __init__(self, name: str = "", partitions: list[ListOffsetsPartition] = EMPTY) -> None:
        self.name = name
        self.partitions: list[ListOffsetsPartition] = [] if partitions is EMPTY else partitions


class ListOffsetsRequest(Message):
    """Versions 1-11, flexible from 6."""

    __slots__ = ("isolation_level", "replica_id", "timeout_ms", "topics")

    KEY = 2
    VERSIONS = VersionRange(1, 11)
    FLEXIBLE = VersionRange(6)
    FIELDS = (
        Field("replica_id", "int32", 0),
        Field("isolation_level", "int8", 0, versions=VersionRange(2)),
        Field("topics", "struct", (), struct=ListOffsetsTopic, is_array=True),
        Field("timeout_ms", "int32", 0, versions=VersionRange(10)),
    )

    def __init__(
        self,
        replica_id: int = 0,
        isolation_level: int = 0,
        topics: list[ListOffsetsTopic] = EMPTY,
        timeout_ms: int = 0,
    ) -> None:
        self.replica_id = replica_id
        self.isolation_level = isolation_level
        self.topics: list[ListOffsetsTopic] = [] if topics is EMPTY else topics
        self.timeout_ms = timeout_ms


class ListOffsetsPartitionResponse(Struct):
    __slots__ = ("error_code", "leader_epoch", "offset", "partition_index", "timestamp")

    FIELDS = (
        Field("partition_index", "int32", 0),
        Field("error_code", "int16", 0),
        Field("timestamp", "int64", -1),
        Field("offset", "int64", -1),
        Field("leader_epoch", "int32", -1, versions=VersionRange(4)),
    )

    def __init__(
        self,
        partition_index: int = 0,
        error_code: int = 0,
        timestamp: int = -1,
        offset: int = -1,
        leader_epoch: int = -1,
    ) -> None:
        self.partition_index = partition_index
        self.error_code = error_code
        self.timestamp = timestamp
        self.offset = offset
        self.leader_epoch = leader_epoch


class ListOffsetsTopicResponse(Struct):
    __slots__ = ("name", "partitions")

    FIELDS = (
        Field("name", "string", ""),
        Field("partitions", "struct", (), struct=ListOffsetsPartitionResponse, is_array=True),
    )

    def __init__(
        self, name: str = "", partitions: list[ListOffsetsPartitionResponse] = EMPTY
    ) -> None:
        self.name = name
        self.partitions: list[ListOffsetsPartitionResponse] = (
            [] if partitions is EMPTY else partitions
        )


class ListOffsetsResponse(Message):
    """Versions 1-11, flexible from 6."""

    __slots__ = ("throttle_time_ms", "topics")

    KEY = 2
    VERSIONS = VersionRange(1, 11)
    FLEXIBLE = VersionRange(6)
    FIELDS = (
        Field("throttle_time_ms", "int32", 0, versions=VersionRange(2)),
        Field("topics", "struct", (), struct=ListOffsetsTopicResponse, is_array=True),
    )

    def __init__(
        self, throttle_time_ms: int = 0, topics: list[ListOffsetsTopicResponse] = EMPTY
    ) -> None:
        self.throttle_time_ms = throttle_time_ms
        self.topics: list[ListOffsetsTopicResponse] = [] if topics is EMPTY else topics
