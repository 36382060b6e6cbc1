"""The messages of ShareFetch, API key 78.

Acquires records for a member of a share group and acknowledges earlier ones (KIP-932). 2 can renew
the lock (KIP-1222) and acquire a strict number of records (KIP-1206).

Generated from schemas/share_fetch.schema by bin/generate: do not edit.
"""

from __future__ import annotations

from wirekafka_protocol.schema import ALWAYS, EMPTY, Field, Message, Records, Struct, VersionRange
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


class FetchPartition(Struct):
    __slots__ = ("acknowledgement_batches", "partition_index", "partition_max_bytes")

    FIELDS = (
        Field("partition_index", "int32", 0),
        Field("partition_max_bytes", "int32", 0, versions=VersionRange(0, 0)),
        Field("acknowledgement_batches", "struct", (), struct=AcknowledgementBatch, is_array=True),
    )

    def __init__(
        self,
        partition_index: int = 0,
        partition_max_bytes: int = 0,
        acknowledgement_batches: list[AcknowledgementBatch] = EMPTY,
    ) -> None:
        self.partition_index = partition_index
        self.partition_max_bytes = partition_max_bytes
        self.acknowledgement_batches: list[AcknowledgementBatch] = (
            [] if acknowledgement_batches is EMPTY else acknowledgement_batches
        )


class FetchTopic(Struct):
    __slots__ = ("partitions", "topic_id")

    FIELDS = (
        Field("topic_id", "uuid", ZERO_UUID),
        Field("partitions", "struct", (), struct=FetchPartition, is_array=True),
    )

    def __init__(
        self, topic_id: bytes = ZERO_UUID, partitions: list[FetchPartition] = EMPTY
    ) -> None:
        self.topic_id = topic_id
        self.partitions: list[FetchPartition] = [] if partitions is EMPTY else partitions


class ForgottenTopic(Struct):
    __slots__ = ("partitions", "topic_id")

    FIELDS = (
        Field("topic_id", "uuid", ZERO_UUID),
        Field("partitions", "int32", (), is_array=True),
    )

    def __init__(self, topic_id: bytes = ZERO_UUID, partitions: list[int] = EMPTY) -> None:
        self.topic_id = topic_id
        self.partitions: list[int] = [] if partitions is EMPTY else partitions


class ShareFetchRequest(Message):
    """Versions 1-2, all flexible."""

    __slots__ = (
        "batch_size",
        "forgotten_topics_data",
        "group_id",
        "is_renew_ack",
        "max_bytes",
        "max_records",
        "max_wait_ms",
        "member_id",
        "min_bytes",
        "share_acquire_mode",
        "share_session_epoch",
        "topics",
    )

    KEY = 78
    VERSIONS = VersionRange(1, 2)
    FLEXIBLE = ALWAYS
    FIELDS = (
        Field("group_id", "string", None, nullable=ALWAYS),
        Field("member_id", "string", "", nullable=ALWAYS),
        Field("share_session_epoch", "int32", 0),
        Field("max_wait_ms", "int32", 0),
        Field("min_bytes", "int32", 0),
        Field("max_bytes", "int32", 2147483647),
        Field("max_records", "int32", 0),
        Field("batch_size", "int32", 0),
        Field("share_acquire_mode", "int8", 0, versions=VersionRange(2)),
        Field("is_renew_ack", "bool", False, versions=VersionRange(2)),
        Field("topics", "struct", (), struct=FetchTopic, is_array=True),
        Field("forgotten_topics_data", "struct", (), struct=ForgottenTopic, is_array=True),
    )

    def __init__(
        self,
        group_id: str | None = None,
        member_id: str | None = "",
        share_session_epoch: int = 0,
        max_wait_ms: int = 0,
        min_bytes: int = 0,
        max_bytes: int = 2147483647,
        max_records: int = 0,
        batch_size: int = 0,
        share_acquire_mode: int = 0,
        is_renew_ack: bool = False,
        topics: list[FetchTopic] = EMPTY,
        forgotten_topics_data: list[ForgottenTopic] = EMPTY,
    ) -> None:
        self.group_id = group_id
        self.member_id = member_id
        self.share_session_epoch = share_session_epoch
        self.max_wait_ms = max_wait_ms
        self.min_bytes = min_bytes
        self.max_bytes = max_bytes
        self.max_records = max_records
        self.batch_size = batch_size
        self.share_acquire_mode = share_acquire_mode
        self.is_renew_ack = is_renew_ack
        self.topics: list[FetchTopic] = [] if topics is EMPTY else topics
        self.forgotten_topics_data: list[ForgottenTopic] = (
            [] if forgotten_topics_data is EMPTY else forgotten_topics_data
        )


class LeaderIdAndEpoch(Struct):
    __slots__ = ("leader_epoch", "leader_id")

    FIELDS = (
        Field("leader_id", "int32", 0),
        Field("leader_epoch", "int32", 0),
    )

    def __init__(self, leader_id: int = 0, leader_epoch: int = 0) -> None:
        self.leader_id = leader_id
        self.leader_epoch = leader_epoch


class AcquiredRecords(Struct):
    __slots__ = ("delivery_count", "first_offset", "last_offset")

    FIELDS = (
        Field("first_offset", "int64", 0),
        Field("last_offset", "int64", 0),
        Field("delivery_count", "int16", 0),
    )

    def __init__(
        self, first_offset: int = 0, last_offset: int = 0, delivery_count: int = 0
    ) -> None:
        self.first_offset = first_offset
        self.last_offset = last_offset
        self.delivery_count = delivery_count


class PartitionData(Struct):
    __slots__ = (
        "acknowledge_error_code",
        "acknowledge_error_message",
        "acquired_records",
        "current_leader",
        "error_code",
        "error_message",
        "partition_index",
        "records",
    )

    FIELDS = (
        Field("partition_index", "int32", 0),
        Field("error_code", "int16", 0),
        Field("error_message", "string", None, nullable=ALWAYS),
        Field("acknowledge_error_code", "int16", 0),
        Field("acknowledge_error_message", "string", None, nullable=ALWAYS),
        Field("current_leader", "struct", (), struct=LeaderIdAndEpoch),
        Field("records", "records", None, nullable=VersionRange(0, 0)),
        Field("acquired_records", "struct", (), struct=AcquiredRecords, is_array=True),
    )

    def __init__(
        self,
        partition_index: int = 0,
        error_code: int = 0,
        error_message: str | None = None,
        acknowledge_error_code: int = 0,
        acknowledge_error_message: str | None = None,
        current_leader: LeaderIdAndEpoch | None = None,
        records: Records | None = None,
        acquired_records: list[AcquiredRecords] = EMPTY,
    ) -> None:
        self.partition_index = partition_index
        self.error_code = error_code
        self.error_message = error_message
        self.acknowledge_error_code = acknowledge_error_code
        self.acknowledge_error_message = acknowledge_error_message
        self.current_leader = LeaderIdAndEpoch() if current_leader is None else current_leader
        self.records = records
        self.acquired_records: list[AcquiredRecords] = (
            [] if acquired_records is EMPTY else acquired_records
        )


class ShareFetchableTopicResponse(Struct):
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


class ShareFetchResponse(Message):
    """Versions 1-2, all flexible."""

    __slots__ = (
        "acquisition_lock_timeout_ms",
        "error_code",
        "error_message",
        "node_endpoints",
        "responses",
        "throttle_time_ms",
    )

    KEY = 78
    VERSIONS = VersionRange(1, 2)
    FLEXIBLE = ALWAYS
    FIELDS = (
        Field("throttle_time_ms", "int32", 0),
        Field("error_code", "int16", 0),
        Field("error_message", "string", None, nullable=ALWAYS),
        Field("acquisition_lock_timeout_ms", "int32", 0),
        Field("responses", "struct", (), struct=ShareFetchableTopicResponse, is_array=True),
        Field("node_endpoints", "struct", (), struct=NodeEndpoint, is_array=True),
    )

    def __init__(
        self,
        throttle_time_ms: int = 0,
        error_code: int = 0,
        error_message: str | None = None,
        acquisition_lock_timeout_ms: int = 0,
        responses: list[ShareFetchableTopicResponse] = EMPTY,
        node_endpoints: list[NodeEndpoint] = EMPTY,
    ) -> None:
        self.throttle_time_ms = throttle_time_ms
        self.error_code = error_code
        self.error_message = error_message
        self.acquisition_lock_timeout_ms = acquisition_lock_timeout_ms
        self.responses: list[ShareFetchableTopicResponse] = [] if responses is EMPTY else responses
        self.node_endpoints: list[NodeEndpoint] = [] if node_endpoints is EMPTY else node_endpoints
