"""The messages of DeleteRecords, API key 21.

Moves the log start offset of partitions forward (KIP-107).

Generated from schemas/delete_records.schema by bin/generate: do not edit.
"""

from __future__ import annotations

from wirekafka_protocol.schema import EMPTY, Field, Message, Struct, VersionRange


class DeleteRecordsPartition(Struct):
    __slots__ = ("offset", "partition_index")

    FIELDS = (
        Field("partition_index", "int32", 0),
        Field("offset", "int64", 0),
    )

    def __init__(self, partition_index: int = 0, offset: int = 0) -> None:
        self.partition_index = partition_index
        self.offset = offset


class DeleteRecordsTopic(Struct):
    __slots__ = ("name", "partitions")

    FIELDS = (
        Field("name", "string", ""),
        Field("partitions", "struct", (), struct=DeleteRecordsPartition, is_array=True),
    )

    def __init__(self, name: str = "", partitions: list[DeleteRecordsPartition] = EMPTY) -> None:
        self.name = name
        self.partitions: list[DeleteRecordsPartition] = [] if partitions is EMPTY else partitions


class DeleteRecordsRequest(Message):
    """Versions 0-2, flexible from 2."""

    __slots__ = ("timeout_ms", "topics")

    KEY = 21
    VERSIONS = VersionRange(0, 2)
    FLEXIBLE = VersionRange(2)
    FIELDS = (
        Field("topics", "struct", (), struct=DeleteRecordsTopic, is_array=True),
        Field("timeout_ms", "int32", 0),
    )

    def __init__(self, topics: list[DeleteRecordsTopic] = EMPTY, timeout_ms: int = 0) -> None:
        self.topics: list[DeleteRecordsTopic] = [] if topics is EMPTY else topics
        self.timeout_ms = timeout_ms


class DeleteRecordsPartitionResult(Struct):
    __slots__ = ("error_code", "low_watermark", "partition_index")

    FIELDS = (
        Field("partition_index", "int32", 0),
        Field("low_watermark", "int64", 0),
        Field("error_code", "int16", 0),
    )

    def __init__(
        self, partition_index: int = 0, low_watermark: int = 0, error_code: int = 0
    ) -> None:
        self.partition_index = partition_index
        self.low_watermark = low_watermark
        self.error_code = error_code


class DeleteRecordsTopicResult(Struct):
    __slots__ = ("name", "partitions")

    FIELDS = (
        Field("name", "string", ""),
        Field("partitions", "struct", (), struct=DeleteRecordsPartitionResult, is_array=True),
    )

    def __init__(
        self, name: str = "", partitions: list[DeleteRecordsPartitionResult] = EMPTY
    ) -> None:
        self.name = name
        self.partitions: list[DeleteRecordsPartitionResult] = (
            [] if partitions is EMPTY else partitions
        )


class DeleteRecordsResponse(Message):
    """Versions 0-2, flexible from 2."""

    __slots__ = ("throttle_time_ms", "topics")

    KEY = 21
    VERSIONS = VersionRange(0, 2)
    FLEXIBLE = VersionRange(2)
    FIELDS = (
        Field("throttle_time_ms", "int32", 0),
        Field("topics", "struct", (), struct=DeleteRecordsTopicResult, is_array=True),
    )

    def __init__(
        self, throttle_time_ms: int = 0, topics: list[DeleteRecordsTopicResult] = EMPTY
    ) -> None:
        self.throttle_time_ms = throttle_time_ms
        self.topics: list[DeleteRecordsTopicResult] = [] if topics is EMPTY else topics
