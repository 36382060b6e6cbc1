"""The messages of AlterReplicaLogDirs, API key 34.

Moves replicas between the log directories of one broker (KIP-113).

Generated from schemas/alter_replica_log_dirs.schema by bin/generate: do not edit.
"""

from __future__ import annotations

from wirekafka_protocol.schema import EMPTY, Field, Message, Struct, VersionRange


class AlterReplicaLogDirTopic(Struct):
    __slots__ = ("name", "partitions")

    FIELDS = (
        Field("name", "string", ""),
        Field("partitions", "int32", (), is_array=True),
    )

    def __init__(self, name: str = "", partitions: list[int] = EMPTY) -> None:
        self.name = name
        self.partitions: list[int] = [] if partitions is EMPTY else partitions


class AlterReplicaLogDir(Struct):
    __slots__ = ("path", "topics")

    FIELDS = (
        Field("path", "string", ""),
        Field("topics", "struct", (), struct=AlterReplicaLogDirTopic, is_array=True),
    )

    def __init__(self, path: str = "", topics: list[AlterReplicaLogDirTopic] = EMPTY) -> None:
        self.path = path
        self.topics: list[AlterReplicaLogDirTopic] = [] if topics is EMPTY else topics


class AlterReplicaLogDirsRequest(Message):
    """Versions 1-2, flexible from 2."""

    __slots__ = ("dirs",)

    KEY = 34
    VERSIONS = VersionRange(1, 2)
    FLEXIBLE = VersionRange(2)
    FIELDS = (
        Field("dirs", "struct", (), struct=AlterReplicaLogDir, is_array=True),
    )

    def __init__(self, dirs: list[AlterReplicaLogDir] = EMPTY) -> None:
        self.dirs: list[AlterReplicaLogDir] = [] if dirs is EMPTY else dirs


class AlterReplicaLogDirPartitionResult(Struct):
    __slots__ = ("error_code", "partition_index")

    FIELDS = (
        Field("partition_index", "int32", 0),
        Field("error_code", "int16", 0),
    )

    def __init__(self, partition_index: int = 0, error_code: int = 0) -> None:
        self.partition_index = partition_index
        self.error_code = error_code


class AlterReplicaLogDirTopicResult(Struct):
    __slots__ = ("partitions", "topic_name")

    FIELDS = (
        Field("topic_name", "string", ""),
        Field("partitions", "struct", (), struct=AlterReplicaLogDirPartitionResult, is_array=True),
    )

    def __init__(
        self, topic_name: str = "", partitions: list[AlterReplicaLogDirPartitionResult] = EMPTY
    ) -> None:
        self.topic_name = topic_name
        self.partitions: list[AlterReplicaLogDirPartitionResult] = (
            [] if partitions is EMPTY else partitions
        )


class AlterReplicaLogDirsResponse(Message):
    """Versions 1-2, flexible from 2."""

    __slots__ = ("results", "throttle_time_ms")

    KEY = 34
    VERSIONS = VersionRange(1, 2)
    FLEXIBLE = VersionRange(2)
    FIELDS = (
        Field("throttle_time_ms", "int32", 0),
        Field("results", "struct", (), struct=AlterReplicaLogDirTopicResult, is_array=True),
    )

    def __init__(
        self, throttle_time_ms: int = 0, results: list[AlterReplicaLogDirTopicResult] = EMPTY
    ) -> None:
        self.throttle_time_ms = throttle_time_ms
        self.results: list[AlterReplicaLogDirTopicResult] = [] if results is EMPTY else results
