"""The messages of OffsetForLeaderEpoch, API key 23.

Where a leader epoch ends: how consumers and followers find out that a log was truncated (KIP-320).

Generated from schemas/offset_for_leader_epoch.schema by bin/generate: do not edit.
"""

from __future__ import annotations

from wirekafka_protocol.schema import EMPTY, Field, Message, Struct, VersionRange


class OffsetForLeaderPartition(Struct):
    __slots__ = ("current_leader_epoch", "leader_epoch", "partition")

    FIELDS = (
        Field("partition", "int32", 0),
        Field("current_leader_epoch", "int32", -1),
        Field("leader_epoch", "int32", 0),
    )

    def __init__(
        self, partition: int = 0, current_leader_epoch: int = -1, leader_epoch: int = 0
    ) -> None:
        self.partition = partition
        self.current_leader_epoch = current_leader_epoch
        self.leader_epoch = leader_epoch


class OffsetForLeaderTopic(Struct):
    __slots__ = ("partitions", "topic")

    FIELDS = (
        Field("topic", "string", ""),
        Field("partitions", "struct", (), struct=OffsetForLeaderPartition, is_array=True),
    )

    def __init__(self, topic: str = "", partitions: list[OffsetForLeaderPartition] = EMPTY) -> None:
        self.topic = topic
        self.partitions: list[OffsetForLeaderPartition] = [] if partitions is EMPTY else partitions


class OffsetForLeaderEpochRequest(Message):
    """Versions 2-4, flexible from 4."""

    __slots__ = ("replica_id", "topics")

    KEY = 23
    VERSIONS = VersionRange(2, 4)
    FLEXIBLE = VersionRange(4)
    FIELDS = (
        Field("replica_id", "int32", -2, versions=VersionRange(3)),
        Field("topics", "struct", (), struct=OffsetForLeaderTopic, is_array=True),
    )

    def __init__(self, replica_id: int = -2, topics: list[OffsetForLeaderTopic] = EMPTY) -> None:
        self.replica_id = replica_id
        self.topics: list[OffsetForLeaderTopic] = [] if topics is EMPTY else topics


class EpochEndOffset(Struct):
    __slots__ = ("end_offset", "error_code", "leader_epoch", "partition")

    FIELDS = (
        Field("error_code", "int16", 0),
        Field("partition", "int32", 0),
        Field("leader_epoch", "int32", -1),
        Field("end_offset", "int64", -1),
    )

    def __init__(
        self, error_code: int = 0, partition: int = 0, leader_epoch: int = -1, end_offset: int = -1
    ) -> None:
        self.error_code = error_code
        self.partition = partition
        self.leader_epoch = leader_epoch
        self.end_offset = end_offset


class OffsetForLeaderTopicResult(Struct):
    __slots__ = ("partitions", "topic")

    FIELDS = (
        Field("topic", "string", ""),
        Field("partitions", "struct", (), struct=EpochEndOffset, is_array=True),
    )

    def __init__(self, topic: str = "", partitions: list[EpochEndOffset] = EMPTY) -> None:
        self.topic = topic
        self.partitions: list[EpochEndOffset] = [] if partitions is EMPTY else partitions


class OffsetForLeaderEpochResponse(Message):
    """Versions 2-4, flexible from 4."""

    __slots__ = ("throttle_time_ms", "topics")

    KEY = 23
    VERSIONS = VersionRange(2, 4)
    FLEXIBLE = VersionRange(4)
    FIELDS = (
        Field("throttle_time_ms", "int32", 0),
        Field("topics", "struct", (), struct=OffsetForLeaderTopicResult, is_array=True),
    )

    def __init__(
        self, throttle_time_ms: int = 0, topics: list[OffsetForLeaderTopicResult] = EMPTY
    ) -> None:
        self.throttle_time_ms = throttle_time_ms
        self.topics: list[OffsetForLeaderTopicResult] = [] if topics is EMPTY else topics
