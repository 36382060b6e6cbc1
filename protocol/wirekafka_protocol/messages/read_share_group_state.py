"""The messages of ReadShareGroupState, API key 84.

A partition leader loads share state from the share coordinator (KIP-932).

Generated from schemas/read_share_group_state.schema by bin/generate: do not edit.
"""

from __future__ import annotations

from wirekafka_protocol.schema import ALWAYS, EMPTY, Field, Message, Struct, VersionRange
from wirekafka_protocol.uuids import ZERO_UUID


class PartitionData(Struct):
    __slots__ = ("leader_epoch", "partition")

    FIELDS = (
        Field("partition", "int32", 0),
        Field("leader_epoch", "int32", 0),
    )

    def __init__(self, partition: int = 0, leader_epoch: int = 0) -> None:
        self.partition = partition
        self.leader_epoch = leader_epoch


class ReadStateData(Struct):
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


class ReadShareGroupStateRequest(Message):
    """Versions 0, all flexible."""

    __slots__ = ("group_id", "topics")

    KEY = 84
    VERSIONS = VersionRange(0, 0)
    FLEXIBLE = ALWAYS
    FIELDS = (
        Field("group_id", "string", ""),
        Field("topics", "struct", (), struct=ReadStateData, is_array=True),
    )

    def __init__(self, group_id: str = "", topics: list[ReadStateData] = EMPTY) -> None:
        self.group_id = group_id
        self.topics: list[ReadStateData] = [] if topics is EMPTY else topics


class StateBatch(Struct):
    __slots__ = ("delivery_count", "delivery_state", "first_offset", "last_offset")

    FIELDS = (
        Field("first_offset", "int64", 0),
        Field("last_offset", "int64", 0),
        Field("delivery_state", "int8", 0),
        Field("delivery_count", "int16", 0),
    )

    def __init__(
        self,
        first_offset: int = 0,
        last_offset: int = 0,
        delivery_state: int = 0,
        delivery_count: int = 0,
    ) -> None:
        self.first_offset = first_offset
        self.last_offset = last_offset
        self.delivery_state = delivery_state
        self.delivery_count = delivery_count


class PartitionResult(Struct):
    __slots__ = (
        "error_code",
        "error_message",
        "partition",
        "start_offset",
        "state_batches",
        "state_epoch",
    )

    FIELDS = (
        Field("partition", "int32", 0),
        Field("error_code", "int16", 0),
        Field("error_message", "string", None, nullable=ALWAYS),
        Field("state_epoch", "int32", 0),
        Field("start_offset", "int64", 0),
        Field("state_batches", "struct", (), struct=StateBatch, is_array=True),
    )

    def __init__(
        self,
        partition: int = 0,
        error_code: int = 0,
        error_message: str | None = None,
        state_epoch: int = 0,
        start_offset: int = 0,
        state_batches: list[StateBatch] = EMPTY,
    ) -> None:
        self.partition = partition
        self.error_code = error_code
        self.error_message = error_message
        self.state_epoch = state_epoch
        self.start_offset = start_offset
        self.state_batches: list[StateBatch] = [] if state_batches is EMPTY else state_batches


class ReadStateResult(Struct):
    __slots__ = ("partitions", "topic_id")

    FIELDS = (
        Field("topic_id", "uuid", ZERO_UUID),
        Field("partitions", "struct", (), struct=PartitionResult, is_array=True),
    )

    def __init__(
        self, topic_id: bytes = ZERO_UUID, partitions: list[PartitionResult] = EMPTY
    ) -> None:
        self.topic_id = topic_id
        self.partitions: list[PartitionResult] = [] if partitions is EMPTY else partitions


class ReadShareGroupStateResponse(Message):
    """Versions 0, all flexible."""

    __slots__ = ("results",)

    KEY = 84
    VERSIONS = VersionRange(0, 0)
    FLEXIBLE = ALWAYS
    FIELDS = (
        Field("results", "struct", (), struct=ReadStateResult, is_array=True),
    )

    def __init__(self, results: list[ReadStateResult] = EMPTY) -> None:
        self.results: list[ReadStateResult] = [] if results is EMPTY else results
