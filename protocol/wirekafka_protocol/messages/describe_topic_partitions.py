"""The messages of DescribeTopicPartitions, API key 75.

Topics page by page, with eligible leader replicas (KIP-966). The cursor is null at the end.

Generated from schemas/describe_topic_partitions.schema by bin/generate: do not edit.
"""

from __future__ import annotations

from wirekafka_protocol.schema import ALWAYS, EMPTY, Field, Message, Struct, VersionRange
from wirekafka_protocol.uuids import ZERO_UUID


class TopicRequest(Struct):
    __slots__ = ("name",)

    FIELDS = (
        Field("name", "string", ""),
    )

    def __init__(self, name: str = "") -> None:
        self.name = name


class Cursor(Struct):
    __slots__ = ("partition_index", "topic_name")

    FIELDS = (
        Field("topic_name", "string", ""),
        Field("partition_index", "int32", 0),
    )

    def __init__(self, topic_name: str = "", partition_index: int = 0) -> None:
        self.topic_name = topic_name
        self.partition_index = partition_index


class DescribeTopicPartitionsRequest(Message):
    """Versions 0, all flexible."""

    __slots__ = ("cursor", "response_partition_limit", "topics")

    KEY = 75
    VERSIONS = VersionRange(0, 0)
    FLEXIBLE = ALWAYS
    FIELDS = (
        Field("topics", "struct", (), struct=TopicRequest, is_array=True),
        Field("response_partition_limit", "int32", 2000),
        Field("cursor", "struct", None, struct=Cursor, nullable=ALWAYS),
    )

    def __init__(
        self,
        topics: list[TopicRequest] = EMPTY,
        response_partition_limit: int = 2000,
        cursor: Cursor | None = None,
    ) -> None:
        self.topics: list[TopicRequest] = [] if topics is EMPTY else topics
        self.response_partition_limit = response_partition_limit
        self.cursor = cursor


class DescribeTopicPartitionsResponsePartition(Struct):
    __slots__ = (
        "eligible_leader_replicas",
        "error_code",
        "isr_nodes",
        "last_known_elr",
        "leader_epoch",
        "leader_id",
        "offline_replicas",
        "partition_index",
        "replica_nodes",
    )

    FIELDS = (
        Field("error_code", "int16", 0),
        Field("partition_index", "int32", 0),
        Field("leader_id", "int32", 0),
        Field("leader_epoch", "int32", -1),
        Field("replica_nodes", "int32", (), is_array=True),
        Field("isr_nodes", "int32", (), is_array=True),
        Field("eligible_leader_replicas", "int32", None, is_array=True, nullable=ALWAYS),
        Field("last_known_elr", "int32", None, is_array=True, nullable=ALWAYS),
        Field("offline_replicas", "int32", (), is_array=True),
    )

    def __init__(
        self,
        error_code: int = 0,
        partition_index: int = 0,
        leader_id: int = 0,
        leader_epoch: int = -1,
        replica_nodes: list[int] = EMPTY,
        isr_nodes: list[int] = EMPTY,
        eligible_leader_replicas: list[int] | None = None,
        last_known_elr: list[int] | None = None,
        offline_replicas: list[int] = EMPTY,
    ) -> None:
        self.error_code = error_code
        self.partition_index = partition_index
        self.leader_id = leader_id
        self.leader_epoch = leader_epoch
        self.replica_nodes: list[int] = [] if replica_nodes is EMPTY else replica_nodes
        self.isr_nodes: list[int] = [] if isr_nodes is EMPTY else isr_nodes
        self.eligible_leader_replicas = eligible_leader_replicas
        self.last_known_elr = last_known_elr
        self.offline_replicas: list[int] = [] if offline_replicas is EMPTY else offline_replicas


class DescribeTopicPartitionsResponseTopic(Struct):
    __slots__ = (
        "error_code",
        "is_internal",
        "name",
        "partitions",
        "topic_authorized_operations",
        "topic_id",
    )

    FIELDS = (
        Field("error_code", "int16", 0),
        Field("name", "string", "", nullable=ALWAYS),
        Field("topic_id", "uuid", ZERO_UUID),
        Field("is_internal", "bool", False),
        Field(
            "partitions",
            "struct",
            (),
            struct=DescribeTopicPartitionsResponsePartition,
            is_array=True,
        ),
        Field("topic_authorized_operations", "int32", -2147483648),
    )

    def __init__(
        self,
        error_code: int = 0,
        name: str | None = "",
        topic_id: bytes = ZERO_UUID,
        is_internal: bool = False,
        partitions: list[DescribeTopicPartitionsResponsePartition] = EMPTY,
        topic_authorized_operations: int = -2147483648,
    ) -> None:
        self.error_code = error_code
        self.name = name
        self.topic_id = topic_id
        self.is_internal = is_internal
        self.partitions: list[DescribeTopicPartitionsResponsePartition] = (
            [] if partitions is EMPTY else partitions
        )
        self.topic_authorized_operations = topic_authorized_operations


class DescribeTopicPartitionsResponse(Message):
    """Versions 0, all flexible."""

    __slots__ = ("next_cursor", "throttle_time_ms", "topics")

    KEY = 75
    VERSIONS = VersionRange(0, 0)
    FLEXIBLE = ALWAYS
    FIELDS = (
        Field("throttle_time_ms", "int32", 0),
        Field("topics", "struct", (), struct=DescribeTopicPartitionsResponseTopic, is_array=True),
        Field("next_cursor", "struct", None, struct=Cursor, nullable=ALWAYS),
    )

    def __init__(
        self,
        throttle_time_ms: int = 0,
        topics: list[DescribeTopicPartitionsResponseTopic] = EMPTY,
        next_cursor: Cursor | None = None,
    ) -> None:
        self.throttle_time_ms = throttle_time_ms
        self.topics: list[DescribeTopicPartitionsResponseTopic] = [] if topics is EMPTY else topics
        self.next_cursor = next_cursor
