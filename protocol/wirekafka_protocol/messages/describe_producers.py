"""The messages of DescribeProducers, API key 61.

The producers that a partition leader knows, and their open transactions (KIP-664).

Generated from schemas/describe_producers.schema by bin/generate: do not edit.
"""

from __future__ import annotations

from wirekafka_protocol.schema import ALWAYS, EMPTY, Field, Message, Struct, VersionRange


class TopicRequest(Struct):
    __slots__ = ("name", "partition_indexes")

    FIELDS = (
        Field("name", "string", ""),
        Field("partition_indexes", "int32", (), is_array=True),
    )

    def __init__(self, name: str = "", partition_indexes: list[int] = EMPTY) -> None:
        self.name = name
        self.partition_indexes: list[int] = [] if partition_indexes is EMPTY else partition_indexes


class DescribeProducersRequest(Message):
    """Versions 0, all flexible."""

    __slots__ = ("topics",)

    KEY = 61
    VERSIONS = VersionRange(0, 0)
    FLEXIBLE = ALWAYS
    FIELDS = (
        Field("topics", "struct", (), struct=TopicRequest, is_array=True),
    )

    def __init__(self, topics: list[TopicRequest] = EMPTY) -> None:
        self.topics: list[TopicRequest] = [] if topics is EMPTY else topics


class ProducerState(Struct):
    __slots__ = (
        "coordinator_epoch",
        "current_txn_start_offset",
        "last_sequence",
        "last_timestamp",
        "producer_epoch",
        "producer_id",
    )

    FIELDS = (
        Field("producer_id", "int64", 0),
        Field("producer_epoch", "int32", 0),
        Field("last_sequence", "int32", -1),
        Field("last_timestamp", "int64", -1),
        Field("coordinator_epoch", "int32", 0),
        Field("current_txn_start_offset", "int64", -1),
    )

    def __init__(
        self,
        producer_id: int = 0,
        producer_epoch: int = 0,
        last_sequence: int = -1,
        last_timestamp: int = -1,
        coordinator_epoch: int = 0,
        current_txn_start_offset: int = -1,
    ) -> None:
        self.producer_id = producer_id
        self.producer_epoch = producer_epoch
        self.last_sequence = last_sequence
        self.last_timestamp = last_timestamp
        self.coordinator_epoch = coordinator_epoch
        self.current_txn_start_offset = current_txn_start_offset


class PartitionResponse(Struct):
    __slots__ = ("active_producers", "error_code", "error_message", "partition_index")

    FIELDS = (
        Field("partition_index", "int32", 0),
        Field("error_code", "int16", 0),
        Field("error_message", "string", None, nullable=ALWAYS),
        Field("active_producers", "struct", (), struct=ProducerState, is_array=True),
    )

    def __init__(
        self,
        partition_index: int = 0,
        error_code: int = 0,
        error_message: str | None = None,
        active_producers: list[ProducerState] = EMPTY,
    ) -> None:
        self.partition_index = partition_index
        self.error_code = error_code
        self.error_message = error_message
        self.active_producers: list[ProducerState] = (
            [] if active_producers is EMPTY else active_producers
        )


class TopicResponse(Struct):
    __slots__ = ("name", "partitions")

    FIELDS = (
        Field("name", "string", ""),
        Field("partitions", "struct", (), struct=PartitionResponse, is_array=True),
    )

    def __init__(self, name: str = "", partitions: list[PartitionResponse] = EMPTY) -> None:
        self.name = name
        self.partitions: list[PartitionResponse] = [] if partitions is EMPTY else partitions


class DescribeProducersResponse(Message):
    """Versions 0, all flexible."""

    __slots__ = ("throttle_time_ms", "topics")

    KEY = 61
    VERSIONS = VersionRange(0, 0)
    FLEXIBLE = ALWAYS
    FIELDS = (
        Field("throttle_time_ms", "int32", 0),
        Field("topics", "struct", (), struct=TopicResponse, is_array=True),
    )

    def __init__(self, throttle_time_ms: int = 0, topics: list[TopicResponse] = EMPTY) -> None:
        self.throttle_time_ms = throttle_time_ms
        self.topics: list[TopicResponse] = [] if topics is EMPTY else topics
