"""The messages of DescribeLogDirs, API key 35.

Sizes of replicas by log directory (KIP-113); null topics mean all. 3 has a top-level error; 4 the
size of the volumes (KIP-827); 5 cordoned directories (KIP-1066).

Generated from schemas/describe_log_dirs.schema by bin/generate: do not edit.
"""

from __future__ import annotations

from wirekafka_protocol.schema import ALWAYS, EMPTY, Field, Message, Struct, VersionRange


class DescribableLogDirTopic(Struct):
    __slots__ = ("partitions", "topic")

    FIELDS = (
        Field("topic", "string", ""),
        Field("partitions", "int32", (), is_array=True),
    )

    def __init__(self, topic: str = "", partitions: list[int] = EMPTY) -> None:
        self.topic = topic
        self.partitions: list[int] = [] if partitions is EMPTY else partitions


class DescribeLogDirsRequest(Message):
    """Versions 1-5, flexible from 2."""

    __slots__ = ("topics",)

    KEY = 35
    VERSIONS = VersionRange(1, 5)
    FLEXIBLE = VersionRange(2)
    FIELDS = (
        Field(
            "topics", "struct", (), struct=DescribableLogDirTopic, is_array=True, nullable=ALWAYS
        ),
    )

    def __init__(self, topics: list[DescribableLogDirTopic] | None = EMPTY) -> None:
        self.topics: list[DescribableLogDirTopic] | None = [] if topics is EMPTY else topics


class DescribeLogDirsPartition(Struct):
    __slots__ = ("is_future_key", "offset_lag", "partition_index", "partition_size")

    FIELDS = (
        Field("partition_index", "int32", 0),
        Field("partition_size", "int64", 0),
        Field("offset_lag", "int64", 0),
        Field("is_future_key", "bool", False),
    )

    def __init__(
        self,
        partition_index: int = 0,
        partition_size: int = 0,
        offset_lag: int = 0,
        is_future_key: bool = False,
    ) -> None:
        self.partition_index = partition_index
        self.partition_size = partition_size
        self.offset_lag = offset_lag
        self.is_future_key = is_future_key


class DescribeLogDirsTopic(Struct):
    __slots__ = ("name", "partitions")

    FIELDS = (
        Field("name", "string", ""),
        Field("partitions", "struct", (), struct=DescribeLogDirsPartition, is_array=True),
    )

    def __init__(self, name: str = "", partitions: list[DescribeLogDirsPartition] = EMPTY) -> None:
        self.name = name
        self.partitions: list[DescribeLogDirsPartition] = [] if partitions is EMPTY else partitions


class DescribeLogDirsResult(Struct):
    __slots__ = ("error_code", "is_cordoned", "log_dir", "topics", "total_bytes", "usable_bytes")

    FIELDS = (
        Field("error_code", "int16", 0),
        Field("log_dir", "string", ""),
        Field("topics", "struct", (), struct=DescribeLogDirsTopic, is_array=True),
        Field("total_bytes", "int64", -1, versions=VersionRange(4)),
        Field("usable_bytes", "int64", -1, versions=VersionRange(4)),
        Field("is_cordoned", "bool", False, versions=VersionRange(5)),
    )

    def __init__(
        self,
        error_code: int = 0,
        log_dir: str = "",
        topics: list[DescribeLogDirsTopic] = EMPTY,
        total_bytes: int = -1,
        usable_bytes: int = -1,
        is_cordoned: bool = False,
    ) -> None:
        self.error_code = error_code
        self.log_dir = log_dir
        self.topics: list[DescribeLogDirsTopic] = [] if topics is EMPTY else topics
        self.total_bytes = total_bytes
        self.usable_bytes = usable_bytes
        self.is_cordoned = is_cordoned


class DescribeLogDirsResponse(Message):
    """Versions 1-5, flexible from 2."""

    __slots__ = ("error_code", "results", "throttle_time_ms")

    KEY = 35
    VERSIONS = VersionRange(1, 5)
    FLEXIBLE = VersionRange(2)
    FIELDS = (
        Field("throttle_time_ms", "int32", 0),
        Field("error_code", "int16", 0, versions=VersionRange(3)),
        Field("results", "struct", (), struct=DescribeLogDirsResult, is_array=True),
    )

    def __init__(
        self,
        throttle_time_ms: int = 0,
        error_code: int = 0,
        results: list[DescribeLogDirsResult] = EMPTY,
    ) -> None:
        self.throttle_time_ms = throttle_time_ms
        self.error_code = error_code
        self.results: list[DescribeLogDirsResult] = [] if results is EMPTY else results
