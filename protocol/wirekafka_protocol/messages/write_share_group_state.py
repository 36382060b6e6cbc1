"""The messages of WriteShareGroupState, API key 85.

A partition leader stores share state at the share coordinator (KIP-932). 1 counts completed
deliveries, from which the lag follows (KIP-1226).

Generated from schemas/write_share_group_state.schema by bin/generate: do not edit.
"""

from __future__ import annotations

from wirekafka_protocol.schema import ALWAYS, EMPTY, Field, Message, Struct, VersionRange
from wirekafka_protocol.uuids import ZERO_UUID


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


class PartitionData(Struct):
    __slots__ = (
        "delivery_complete_count",
        "leader_epoch",
        "partition",
        "start_offset",
        "state_batches",
        "state_epoch",
    )

    FIELDS = (
        Field("partition", "int32", 0),
        Field("state_epoch", "int32", 0),
        Field("leader_epoch", "int32", 0),
        Field("start_offset", "int64", 0),
        Field("delivery_complete_count", "int32", -1, versions=VersionRange(1)),
        Field("state_batches", "struct", (), struct=StateBatch, is_array=True),
    )

    def __init__(
        self,
        partition: int = 0,
        state_epoch: int = 0,
        leader_epoch: int = 0,
        start_offset: int = 0,
        delivery_complete_count: int = -1,
        state_batches: list[StateBatch] = EMPTY,
    ) -> None:
        self.partition = partition
        self.state_epoch = state_epoch
        self.leader_epoch = leader_epoch
        self.start_offset = start_offset
        self.delivery_complete_count = delivery_complete_count
        self.state_batches: list[StateBatch] = [] if state_batches is EMPTY else state_batches


class WriteStateData(Struct):
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


class WriteShareGroupStateRequest(Message):
    """Versions 0-1, all flexible."""

    __slots__ = ("group_id", "topics")

    KEY = 85
    VERSIONS = VersionRange(0, 1)
    FLEXIBLE = ALWAYS
    FIELDS = (
        Field("group_id", "string", ""),
        Field("topics", "struct", (), struct=WriteStateData, is_array=True),
    )

    def __init__(self, group_id: str = "", topics: list[WriteStateData] = EMPTY) -> None:
        self.group_id = group_id
        self.topics: list[WriteStateData] = [] if topics is EMPTY else topics


class PartitionResult(Struct):
    __slots__ = ("error_code", "error_message", "partition")

    FIELDS = (
        Field("partition", "int32", 0),
        Field("error_code", "int16", 0),
        Field("error_message", "string", None, nullable=ALWAYS),
    )

    def __init__(
        self, partition: int = 0, error_code: int = 0, error_message: str | None = None
    ) -> None:
        self.partition = partition
        self.error_code = error_code
        self.error_message = error_message


class WriteStateResult(Struct):
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


class WriteShareGroupStateResponse(Message):
    """Versions 0-1, all flexible."""

    __slots__ = ("results",)

    KEY = 85
    VERSIONS = VersionRange(0, 1)
    FLEXIBLE = ALWAYS
    FIELDS = (
        Field("results", "struct", (), struct=WriteStateResult, is_array=True),
    )

    def __init__(self, results: list[WriteStateResult] = EMPTY) -> None:
        self.results: list[WriteStateResult] = [] if results is EMPTY else results
