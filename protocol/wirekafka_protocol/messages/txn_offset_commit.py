"""The messages of TxnOffsetCommit, API key 28.

Commits a group's offsets within a transaction (KIP-98). 3 carries the member's generation
(KIP-447); 5 adds the offsets partition to the transaction implicitly (KIP-890).

Generated from schemas/txn_offset_commit.schema by bin/generate: do not edit.
"""

from __future__ import annotations

from wirekafka_protocol.schema import ALWAYS, EMPTY, Field, Message, Struct, VersionRange


class TxnOffsetCommitRequestPartition(Struct):
    __slots__ = (
        "committed_leader_epoch",
        "committed_metadata",
        "committed_offset",
        "partition_index",
    )

    FIELDS = (
        Field("partition_index", "int32", 0),
        Field("committed_offset", "int64", 0),
        Field("committed_leader_epoch", "int32", -1, versions=VersionRange(2)),
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


class TxnOffsetCommitRequestTopic(Struct):
    __slots__ = ("name", "partitions")

    FIELDS = (
        Field("name", "string", ""),
        Field("partitions", "struct", (), struct=TxnOffsetCommitRequestPartition, is_array=True),
    )

    def __init__(
        self, name: str = "", partitions: list[TxnOffsetCommitRequestPartition] = EMPTY
    ) -> None:
        self.name = name
        self.partitions: list[TxnOffsetCommitRequestPartition] = (
            [] if partitions is EMPTY else partitions
        )


class TxnOffsetCommitRequest(Message):
    """Versions 0-5, flexible from 3."""

    __slots__ = (
        "generation_id",
        "group_id",
        "group_instance_id",
        "member_id",
        "producer_epoch",
        "producer_id",
        "topics",
        "transactional_id",
    )

    KEY = 28
    VERSIONS = VersionRange(0, 5)
    FLEXIBLE = VersionRange(3)
    FIELDS = (
        Field("transactional_id", "string", ""),
        Field("group_id", "string", ""),
        Field("producer_id", "int64", 0),
        Field("producer_epoch", "int16", 0),
        Field("generation_id", "int32", -1, versions=VersionRange(3)),
        Field("member_id", "string", "", versions=VersionRange(3)),
        Field("group_instance_id", "string", None, versions=VersionRange(3), nullable=ALWAYS),
        Field("topics", "struct", (), struct=TxnOffsetCommitRequestTopic, is_array=True),
    )

    def __init__(
        self,
        transactional_id: str = "",
        group_id: str = "",
        producer_id: int = 0,
        producer_epoch: int = 0,
        generation_id: int = -1,
        member_id: str = "",
        group_instance_id: str | None = None,
        topics: list[TxnOffsetCommitRequestTopic] = EMPTY,
    ) -> None:
        self.transactional_id = transactional_id
        self.group_id = group_id
        self.producer_id = producer_id
        self.producer_epoch = producer_epoch
        self.generation_id = generation_id
        self.member_id = member_id
        self.group_instance_id = group_instance_id
        self.topics: list[TxnOffsetCommitRequestTopic] = [] if topics is EMPTY else topics


class TxnOffsetCommitResponsePartition(Struct):
    __slots__ = ("error_code", "partition_index")

    FIELDS = (
        Field("partition_index", "int32", 0),
        Field("error_code", "int16", 0),
    )

    def __init__(self, partition_index: int = 0, error_code: int = 0) -> None:
        self.partition_index = partition_index
        self.error_code = error_code


class TxnOffsetCommitResponseTopic(Struct):
    __slots__ = ("name", "partitions")

    FIELDS = (
        Field("name", "string", ""),
        Field("partitions", "struct", (), struct=TxnOffsetCommitResponsePartition, is_array=True),
    )

    def __init__(
        self, name: str = "", partitions: list[TxnOffsetCommitResponsePartition] = EMPTY
    ) -> None:
        self.name = name
        self.partitions: list[TxnOffsetCommitResponsePartition] = (
            [] if partitions is EMPTY else partitions
        )


class TxnOffsetCommitResponse(Message):
    """Versions 0-5, flexible from 3."""

    __slots__ = ("throttle_time_ms", "topics")

    KEY = 28
    VERSIONS = VersionRange(0, 5)
    FLEXIBLE = VersionRange(3)
    FIELDS = (
        Field("throttle_time_ms", "int32", 0),
        Field("topics", "struct", (), struct=TxnOffsetCommitResponseTopic, is_array=True),
    )

    def __init__(
        self, throttle_time_ms: int = 0, topics: list[TxnOffsetCommitResponseTopic] = EMPTY
    ) -> None:
        self.throttle_time_ms = throttle_time_ms
        self.topics: list[TxnOffsetCommitResponseTopic] = [] if topics is EMPTY else topics
