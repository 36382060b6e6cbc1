"""The messages of ShareAcknowledge, API key 79.

Acknowledges records of a share group without fetching more (KIP-932). 2 can renew the lock
(KIP-1222).

Generated from schemas/share_acknowledge.schema by bin/generate: do not edit.
"""

from __future__ import annotations

from wirekafka_protocol.schema import ALWAYS, EMPTY, Field, Message, Struct, VersionRange
from wirekafka_protocol.uuids import ZERO_UUID


class AcknowledgementBatch(Struct):
    __slots__ = ("acknowledge_types", "first_offset", "last_offset")

    FIELDS = (
        Field("first_offset", "int64", 0),
        Field("last_offset", "int64", 0),
        Field("acknowledge_types", "int8", (), is_array=True),
    )

    def __init__(
        self, first_offset: int = 0, last_offset: int = 0, acknowledge_types: list[int] = EMPTY
    ) -> None:
        self.first_offset = first_offset
        self.last_offset = last_offset
        self.acknowledge_types: list[int] = [] if acknowledge_types is EMPTY else acknowledge_types


class AcknowledgePartition(Struct):
    __slots__ = ("acknowledgement_batches", "partition_index")

    FIELDS = (
        Field("partition_index", "int32", 0),
        Field("acknowledgement_batches", "struct", (), struct=AcknowledgementBatch, is_array=True),
    )

    def __init__(
        self, partition_index: int = 0, acknowledgement_batches: list[AcknowledgementBatch] = EMPTY
    ) -> None:
        self.partition_index = partition_index
        self.acknowledgement_batches: list[AcknowledgementBatch] = (
            [] if acknowledgement_batches is EMPTY else acknowledgement_batches
        )


class AcknowledgeTopic(Struct):
    __slots__ = ("partitions", "topic_id")

    FIELDS = (
        Field("topic_id", "uuid", ZERO_UUID),
        Field("partitions", "struct", (), struct=AcknowledgePartition, is_array=True),
    )

    def __init__(
        self, topic_id: bytes = ZERO_UUID, partitions: list[AcknowledgePartition] = EMPTY
    ) -> None:
        self.topic_id = topic_id
        self.partitions: list[AcknowledgePartition] = [] if partitions is EMPTY else partitions


class ShareAcknowledgeRequest(Message):
    """Versions 1-2, all flexible."""

    __slots__ = ("group_id", "is_renew_ack", "member_id", "share_session_epoch", "topics")

    KEY = 79
    VERSIONS = VersionRange(1, 2)
    FLEXIBLE = ALWAYS
    FIELDS = (
        Field("group_id", "string", None, nullable=ALWAYS),
        Field("member_id", "string", "", nullable=ALWAYS),
        Field("share_session_epoch", "int32", 0),
        Field("is_renew_ack", "bool", False, versions=VersionRange(2)),
        Field("topics", "struct", (), struct=AcknowledgeTopic, is_array=True),
    )

    def __init__(
        self,
        group_id: str | None = None,
        member_id: str | None = "",
        share_session_epoch: int = 0,
        is_renew_ack: bool = False,
        topics: list[AcknowledgeTopic] = EMPTY,
    ) -> None:
        self.group_id = group_id
        self.member_id = member_id
        self.share_session_epoch = share_session_epoch
        self.is_renew_ack = is_renew_ack
        self.topics: list[AcknowledgeTopic] = [] if topics is EMPTY else topics


class LeaderIdAndEpoch(Struct):
    __slots__ = ("leader_epoch", "leader_id")

    FIELDS = (
        Field("leader_id", "int32", 0),
        Field("leader_epoch", "int32", 0),
    )

    def __init__(self, leader_id: int = 0, leader_epoch: int = 0) -> None:
        self.leader_id = leader_id
        self.leader_epoch = leader_epoch


class PartitionData(Struct):
    __slots__ = ("current_leader", "error_code", "error_message", "partition_index")

    FIELDS = (
        Field("partition_index", "int32", 0),
        Field("error_code", "int16", 0),
        Field("error_message", "string", None, nullable=ALWAYS),
        Field("current_leader", "struct", (), struct=LeaderIdAndEpoch),
    )

    def __init__(
        self,
        partition_index: int = 0,
        error_code: int = 0,
        error_message: str | None = None,
        current_leader: LeaderIdAndEpoch | None = None,
    ) -> None:
        self.partition_index = partition_index
        self.error_code = error_code
        self.error_message = error_message
        self.current_leader = LeaderIdAndEpoch() if current_leader is None else current_leader


class ShareAcknowledgeTopicResponse(Struct):
    __slots__ = ("partitions", "topic_id")

    FIELDS = (
        Field("topic_id", "uuid", ZERO_UUID),
        Field("partitions", "struct", (), struct=PartitionData, is_array=True),
    )

    def __init__(
        self, topic_id: bytes = ZERO_UUID, partitions: list[PartitionData] = EMPTY
    ) -> None:
        self.topic_id = topic_id
        self.partitions: list[PartitionData] = [] if partitions is EMPTY else partitions


class NodeEndpoint(Struct):
    __slots__ = ("host", "node_id", "port", "rack")

    FIELDS = (
        Field("node_id", "int32", 0),
        Field("host", "string", ""),
        Field("port", "int32", 0),
        Field("rack", "string", None, nullable=ALWAYS),
    )

    def __init__(
        self, node_id: int = 0, host: str = "", port: int = 0, rack: str | None = None
    ) -> None:
        self.node_id = node_id
        self.host = host
        self.port = port
        self.rack = rack


class ShareAcknowledgeResponse(Message):
    """Versions 1-2, all flexible."""

    __slots__ = (
        "acquisition_lock_timeout_ms",
        "error_code",
        "error_message",
        "node_endpoints",
        "responses",
        "throttle_time_ms",
    )

    KEY = 79
    VERSIONS = VersionRange(1, 2)
    FLEXIBLE = ALWAYS
    FIELDS = (
        Field("throttle_time_ms", "int32", 0),
        Field("error_code", "int16", 0),
        Field("error_message", "string", None, nullable=ALWAYS),
        Field("acquisition_lock_timeout_ms", "int32", 0, versions=VersionRange(2)),
        Field("responses", "struct", (), struct=ShareAcknowledgeTopicResponse, is_array=True),
        Field("node_endpoints", "struct", (), struct=NodeEndpoint, is_array=True),
    )

    def __init__(
        self,
        throttle_time_ms: int = 0,
        error_code: int = 0,
        error_message: str | None = None,
        acquisition_lock_timeout_ms: int = 0,
        responses: list[ShareAcknowledgeTopicResponse] = EMPTY,
        node_endpoints: list[NodeEndpoint] = EMPTY,
    ) -> None:
        self.throttle_time_ms = throttle_time_ms
        self.error_code = error_code
        self.error_message = error_message
        self.acquisition_lock_timeout_ms = acquisition_lock_timeout_ms
        self.responses: list[ShareAcknowledgeTopicResponse] = (
            [] if responses is EMPTY else responses
        )
        self.node_endpoints: list[NodeEndpoint] = [] if node_endpoints is EMPTY else node_endpoints
