"""The messages of DescribeQuorum, API key 55.

Leader, voters and observers of the metadata quorum (KIP-595). 1 has timestamps (KIP-836); 2
directory ids and endpoints (KIP-853).

Generated from schemas/describe_quorum.schema by bin/generate: do not edit.
"""

from __future__ import annotations

from wirekafka_protocol.schema import ALWAYS, EMPTY, Field, Message, Struct, VersionRange
from wirekafka_protocol.uuids import ZERO_UUID


class DescribeQuorumRequestPartitionData(Struct):
    __slots__ = ("partition_index",)

    FIELDS = (
        Field("partition_index", "int32", 0),
    )

    def __init__(self, partition_index: int = 0) -> None:
        self.partition_index = partition_index


class DescribeQuorumRequestTopicData(Struct):
    __slots__ = ("partitions", "topic_name")

    FIELDS = (
        Field("topic_name", "string", ""),
        Field("partitions", "struct", (), struct=DescribeQuorumRequestPartitionData, is_array=True),
    )

    def __init__(
        self, topic_name: str = "", partitions: list[DescribeQuorumRequestPartitionData] = EMPTY
    ) -> None:
        self.topic_name = topic_name
        self.partitions: list[DescribeQuorumRequestPartitionData] = (
            [] if partitions is EMPTY else partitions
        )


class DescribeQuorumRequest(Message):
    """Versions 0-2, all flexible."""

    __slots__ = ("topics",)

    KEY = 55
    VERSIONS = VersionRange(0, 2)
    FLEXIBLE = ALWAYS
    FIELDS = (
        Field("topics", "struct", (), struct=DescribeQuorumRequestTopicData, is_array=True),
    )

    def __init__(self, topics: list[DescribeQuorumRequestTopicData] = EMPTY) -> None:
        self.topics: list[DescribeQuorumRequestTopicData] = [] if topics is EMPTY else topics


class ReplicaState(Struct):
    __slots__ = (
        "last_caught_up_timestamp",
        "last_fetch_timestamp",
        "log_end_offset",
        "replica_directory_id",
        "replica_id",
    )

    FIELDS = (
        Field("replica_id", "int32", 0),
        Field("replica_directory_id", "uuid", ZERO_UUID, versions=VersionRange(2)),
        Field("log_end_offset", "int64", 0),
        Field("last_fetch_timestamp", "int64", -1, versions=VersionRange(1)),
        Field("last_caught_up_timestamp", "int64", -1, versions=VersionRange(1)),
    )

    def __init__(
        self,
        replica_id: int = 0,
        replica_directory_id: bytes = ZERO_UUID,
        log_end_offset: int = 0,
        last_fetch_timestamp: int = -1,
        last_caught_up_timestamp: int = -1,
    ) -> None:
        self.replica_id = replica_id
        self.replica_directory_id = replica_directory_id
        self.log_end_offset = log_end_offset
        self.last_fetch_timestamp = last_fetch_timestamp
        self.last_caught_up_timestamp = last_caught_up_timestamp


class DescribeQuorumResponsePartitionData(Struct):
    __slots__ = (
        "current_voters",
        "error_code",
        "error_message",
        "high_watermark",
        "leader_epoch",
        "leader_id",
        "observers",
        "partition_index",
    )

    FIELDS = (
        Field("partition_index", "int32", 0),
        Field("error_code", "int16", 0),
        Field("error_message", "string", "", versions=VersionRange(2), nullable=ALWAYS),
        Field("leader_id", "int32", 0),
        Field("leader_epoch", "int32", 0),
        Field("high_watermark", "int64", 0),
        Field("current_voters", "struct", (), struct=ReplicaState, is_array=True),
        Field("observers", "struct", (), struct=ReplicaState, is_array=True),
    )

    def __init__(
        self,
        partition_index: int = 0,
        error_code: int = 0,
        error_message: str | None = "",
        leader_id: int = 0,
        leader_epoch: int = 0,
        high_watermark: int = 0,
        current_voters: list[ReplicaState] = EMPTY,
        observers: list[ReplicaState] = EMPTY,
    ) -> None:
        self.partition_index = partition_index
        self.error_code = error_code
        self.error_message = error_message
        self.leader_id = leader_id
        self.leader_epoch = leader_epoch
        self.high_watermark = high_watermark
        self.current_voters: list[ReplicaState] = [] if current_voters is EMPTY else current_voters
        self.observers: list[ReplicaState] = [] if observers is EMPTY else observers


class DescribeQuorumResponseTopicData(Struct):
    __slots__ = ("partitions", "topic_name")

    FIELDS = (
        Field("topic_name", "string", ""),
        Field(
            "partitions", "struct", (), struct=DescribeQuorumResponsePartitionData, is_array=True
        ),
    )

    def __init__(
        self, topic_name: str = "", partitions: list[DescribeQuorumResponsePartitionData] = EMPTY
    ) -> None:
        self.topic_name = topic_name
        self.partitions: list[DescribeQuorumResponsePartitionData] = (
            [] if partitions is EMPTY else partitions
        )


class Listener(Struct):
    __slots__ = ("host", "name", "port")

    FIELDS = (
        Field("name", "string", ""),
        Field("host", "string", ""),
        Field("port", "uint16", 0),
    )

    def __init__(self, name: str = "", host: str = "", port: int = 0) -> None:
        self.name = name
        self.host = host
        self.port = port


class Node(Struct):
    __slots__ = ("listeners", "node_id")

    FIELDS = (
        Field("node_id", "int32", 0),
        Field("listeners", "struct", (), struct=Listener, is_array=True),
    )

    def __init__(self, node_id: int = 0, listeners: list[Listener] = EMPTY) -> None:
        self.node_id = node_id
        self.listeners: list[Listener] = [] if listeners is EMPTY else listeners


class DescribeQuorumResponse(Message):
    """Versions 0-2, all flexible."""

    __slots__ = ("error_code", "error_message", "nodes", "topics")

    KEY = 55
    VERSIONS = VersionRange(0, 2)
    FLEXIBLE = ALWAYS
    FIELDS = (
        Field("error_code", "int16", 0),
        Field("error_message", "string", "", versions=VersionRange(2), nullable=ALWAYS),
        Field("topics", "struct", (), struct=DescribeQuorumResponseTopicData, is_array=True),
        Field("nodes", "struct", (), struct=Node, is_array=True, versions=VersionRange(2)),
    )

    def __init__(
        self,
        error_code: int = 0,
        error_message: str | None = "",
        topics: list[DescribeQuorumResponseTopicData] = EMPTY,
        nodes: list[Node] = EMPTY,
    ) -> None:
        self.error_code = error_code
        self.error_message = error_message
        self.topics: list[DescribeQuorumResponseTopicData] = [] if topics is EMPTY else topics
        self.nodes: list[Node] = [] if nodes is EMPTY else nodes
