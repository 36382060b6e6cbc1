"""The messages of OffsetCommit, API key 8.

Stores a group's offsets. 5 drops the client's retention time; 6 leader epochs (KIP-320); 7 static
members; 9 epochs of the new consumer protocol (KIP-848); 10 topic ids (KIP-848).

Generated from schemas/offset_commit.schema by bin/generate: do not edit.
"""

from __future__ import annotations

from wirekafka_protocol.schema import ALWAYS, EMPTY, Field, Message, Struct, VersionRange
from wirekafka_protocol.uuids import ZERO_UUID


class OffsetCommitRequestPartition(Struct):
    __slots__ = (
        "committed_leader_epoch",
        "committed_metadata",
        "committed_offset",
        "partition_index",
    )

    FIELDS = (
        Field("partition_index", "int32", 0),
        Field("committed_offset", "int64", 0),
        Field("committed_leader_epoch", "int32", -1, versions=VersionRange(6)),
        Field("committed_metadata", "string", "", nullable=ALWAYS),
    )

    def __init__(
        self,
        partition_index: int = 0,
        committed_offset: int = 0,
        committed_leader_epoch: int = -1,
        committed_metadata: str | None = "",
    ) -> None:
        self.partition_index = partition_index
        self.committed_offset = committed_offset
        self.committed_leader_epoch = committed_leader_epoch
        self.committed_metadata = committed_metadata


class OffsetCommitRequestTopic(Struct):
    __slots__ = ("name", "partitions", "topic_id")

    FIELDS = (
        Field("name", "string", "", versions=VersionRange(0, 9)),
        Field("topic_id", "uuid", ZERO_UUID, versions=VersionRange(10)),
        Field("partitions", "struct", (), struct=OffsetCommitRequestPartition, is_array=True),
    )

    def __init__(
        self,
        name: str = "",
        topic_id: bytes = ZERO_UUID,
        partitions: list[OffsetCommitRequestPartition] = EMPTY,
    ) -> None:
        self.name = name
        self.topic_id = topic_id
        self.partitions: list[OffsetCommitRequestPartition] = (
            [] if partitions is EMPTY else partitions
        )


class OffsetCommitRequest(Message):
    """Versions 2-10, flexible from 8."""

    __slots__ = (
        "generation_id_or_member_epoch",
        "group_id",
        "group_instance_id",
        "member_id",
        "retention_time_ms",
        "topics",
    )

    KEY = 8
    VERSIONS = VersionRange(2, 10)
    FLEXIBLE = VersionRange(8)
    FIELDS = (
        Field("group_id", "string", ""),
        Field("generation_id_or_member_epoch", "int32", -1),
        Field("member_id", "string", ""),
        Field("group_instance_id", "string", None, versions=VersionRange(7), nullable=ALWAYS),
        Field("retention_time_ms", "int64", -1, versions=VersionRange(2, 4)),
        Field("topics", "struct", (), struct=OffsetCommitRequestTopic, is_array=True),
    )

    def __init__(
        self,
        group_id: str = "",
        generation_id_or_member_epoch: int = -1,
        member_id: str = "",
        group_instance_id: str | None = None,
        retention_time_ms: int = -1,
        topics: list[OffsetCommitRequestTopic] = EMPTY,
    ) -> None:
        self.group_id = group_id
        self.generation_id_or_member_epoch = generation_id_or_member_epoch
        self.member_id = member_id
        self.group_instance_id = group_instance_id
        self.retention_time_ms = retention_time_ms
        self.topics: list[OffsetCommitRequestTopic] = [] if topics is EMPTY else topics


class OffsetCommitResponsePartition(Struct):
    __slots__ = ("error_code", "partition_index")

    FIELDS = (
        Field("partition_index", "int32", 0),
        Field("error_code", "int16", 0),
    )

    def __init__(self, partition_index: int = 0, error_code: int = 0) -> None:
        self.partition_index = partition_index
        self.error_code = error_code


class OffsetCommitResponseTopic(Struct):
    __slots__ = ("name", "partitions", "topic_id")

    FIELDS = (
        Field("name", "string", "", versions=VersionRange(0, 9)),
        Field("topic_id", "uuid", ZERO_UUID, versions=VersionRange(10)),
        Field("partitions", "struct", (), struct=OffsetCommitResponsePartition, is_array=True),
    )

    def __init__(
        self,
        name: str = "",
        topic_id: bytes = ZERO_UUID,
        partitions: list[OffsetCommitResponsePartition] = EMPTY,
    ) -> None:
        self.name = name
        self.topic_id = topic_id
        self.partitions: list[OffsetCommitResponsePartition] = (
            [] if partitions is EMPTY else partitions
        )


class OffsetCommitResponse(Message):
    """Versions 2-10, flexible from 8."""

    __slots__ = ("throttle_time_ms", "topics")

    KEY = 8
    VERSIONS = VersionRange(2, 10)
    FLEXIBLE = VersionRange(8)
    FIELDS = (
        Field("throttle_time_ms", "int32", 0, versions=VersionRange(3)),
        Field("topics", "struct", (), struct=OffsetCommitResponseTopic, is_array=True),
    )

    def __init__(
        self, throttle_time_ms: int = 0, topics: list[OffsetCommitResponseTopic] = EMPTY
    ) -> None:
        self.throttle_time_ms = throttle_time_ms
        self.topics: list[OffsetCommitResponseTopic] = [] if topics is EMPTY else topics
