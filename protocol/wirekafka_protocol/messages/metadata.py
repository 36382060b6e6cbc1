"""The messages of Metadata, API key 3.

Brokers, topics, leaders and replicas. topics is null (0: empty) to ask for every topic. 4 can
forbid auto-creation; 7 leader epochs (KIP-320); 10 topic ids (KIP-516), 12 asks by them; 13 a top-
level error.

Generated from schemas/metadata.schema by bin/generate: do not edit.
"""

from __future__ import annotations

from wirekafka_protocol.schema import ALWAYS, EMPTY, Field, Message, Struct, VersionRange
from wirekafka_protocol.uuids import ZERO_UUID


class MetadataRequestTopic(Struct):
    __slots__ = ("name", "topic_id")

    FIELDS = (
        Field("topic_id", "uuid", ZERO_UUID, versions=VersionRange(10)),
        Field("name", "string", "", nullable=VersionRange(10)),
    )

    def __init__(self, topic_id: bytes = ZERO_UUID, name: str | None = "") -> None:
        self.topic_id = topic_id
        self.name = name


class MetadataRequest(Message):
    """Versions 0-13, flexible from 9."""

    __slots__ = (
        "allow_auto_topic_creation",
        "include_cluster_authorized_operations",
        "include_topic_authorized_operations",
        "topics",
    )

    KEY = 3
    VERSIONS = VersionRange(0, 13)
    FLEXIBLE = VersionRange(9)
    FIELDS = (
        Field(
            "topics",
            "struct",
            (),
            struct=MetadataRequestTopic,
            is_array=True,
            nullable=VersionRange(1),
        ),
        Field("allow_auto_topic_creation", "bool", True, versions=VersionRange(4)),
        Field("include_cluster_authorized_operations", "bool", False, versions=VersionRange(8, 10)),
        Field("include_topic_authorized_operations", "bool", False, versions=VersionRange(8)),
    )

    def __init__(
        self,
        topics: list[MetadataRequestTopic] | None = EMPTY,
        allow_auto_topic_creation: bool = True,
        include_cluster_authorized_operations: bool = False,
        include_topic_authorized_operations: bool = False,
    ) -> None:
        self.topics: list[MetadataRequestTopic] | None = [] if topics is EMPTY else topics
        self.allow_auto_topic_creation = allow_auto_topic_creation
        self.include_cluster_authorized_operations = include_cluster_authorized_operations
        self.include_topic_authorized_operations = include_topic_authorized_operations


class MetadataResponseBroker(Struct):
    __slots__ = ("host", "node_id", "port", "rack")

    FIELDS = (
        Field("node_id", "int32", 0),
        Field("host", "string", ""),
        Field("port", "int32", 0),
        Field("rack", "string", None, versions=VersionRange(1), nullable=ALWAYS),
    )

    def __init__(
        self, node_id: int = 0, host: str = "", port: int = 0, rack: str | None = None
    ) -> None:
        self.node_id = node_id
        self.host = host
        self.port = port
        self.rack = rack


class MetadataResponsePartition(Struct):
    __slots__ = (
        "error_code",
        "isr_nodes",
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
        Field("leader_epoch", "int32", -1, versions=VersionRange(7)),
        Field("replica_nodes", "int32", (), is_array=True),
        Field("isr_nodes", "int32", (), is_array=True),
        Field("offline_replicas", "int32", (), is_array=True, versions=VersionRange(5)),
    )

    def __init__(
        self,
        error_code: int = 0,
        partition_index: int = 0,
        leader_id: int = 0,
        leader_epoch: int = -1,
        replica_nodes: list[int] = EMPTY,
        isr_nodes: list[int] = EMPTY,
        offline_replicas: list[int] = EMPTY,
    ) -> None:
        self.error_code = error_code
        self.partition_index = partition_index
        self.leader_id = leader_id
        self.leader_epoch = leader_epoch
        self.replica_nodes: list[int] = [] if replica_nodes is EMPTY else replica_nodes
        self.isr_nodes: list[int] = [] if isr_nodes is EMPTY else isr_nodes
        self.offline_replicas: list[int] = [] if offline_replicas is EMPTY else offline_replicas


class MetadataResponseTopic(Struct):
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
        Field("name", "string", "", nullable=VersionRange(12)),
        Field("topic_id", "uuid", ZERO_UUID, versions=VersionRange(10)),
        Field("is_internal", "bool", False, versions=VersionRange(1)),
        Field("partitions", "struct", (), struct=MetadataResponsePartition, is_array=True),
        Field("topic_authorized_operations", "int32", -2147483648, versions=VersionRange(8)),
    )

    def __init__(
        self,
        error_code: int = 0,
        name: str | None = "",
        topic_id: bytes = ZERO_UUID,
        is_internal: bool = False,
        partitions: list[MetadataResponsePartition] = EMPTY,
        topic_authorized_operations: int = -2147483648,
    ) -> None:
        self.error_code = error_code
        self.name = name
        self.topic_id = topic_id
        self.is_internal = is_internal
        self.partitions: list[MetadataResponsePartition] = [] if partitions is EMPTY else partitions
        self.topic_authorized_operations = topic_authorized_operations


class MetadataResponse(Message):
    """Versions 0-13, flexible from 9."""

    __slots__ = (
        "brokers",
        "cluster_authorized_operations",
        "cluster_id",
        "controller_id",
        "error_code",
        "throttle_time_ms",
        "topics",
    )

    KEY = 3
    VERSIONS = VersionRange(0, 13)
    FLEXIBLE = VersionRange(9)
    FIELDS = (
        Field("throttle_time_ms", "int32", 0, versions=VersionRange(3)),
        Field("brokers", "struct", (), struct=MetadataResponseBroker, is_array=True),
        Field("cluster_id", "string", None, versions=VersionRange(2), nullable=ALWAYS),
        Field("controller_id", "int32", -1, versions=VersionRange(1)),
        Field("topics", "struct", (), struct=MetadataResponseTopic, is_array=True),
        Field("cluster_authorized_operations", "int32", -2147483648, versions=VersionRange(8, 10)),
        Field("error_code", "int16", 0, versions=VersionRange(13)),
    )

    def __init__(
        self,
        throttle_time_ms: int = 0,
        brokers: list[MetadataResponseBroker] = EMPTY,
        cluster_id: str | None = None,
        controller_id: int = -1,
        topics: list[MetadataResponseTopic] = EMPTY,
        cluster_authorized_operations: int = -2147483648,
        error_code: int = 0,
    ) -> None:
        self.throttle_time_ms = throttle_time_ms
        self.brokers: list[MetadataResponseBroker] = [] if brokers is EMPTY else brokers
        self.cluster_id = cluster_id
        self.controller_id = controller_id
        self.topics: list[MetadataResponseTopic] = [] if topics is EMPTY else topics
        self.cluster_authorized_operations = cluster_authorized_operations
        self.error_code = error_code
