"""The messages of ReadShareGroupStateSummary, API key 87.

Start offset and epochs of share state, without its batches (KIP-932). 1 counts completed
deliveries (KIP-1226).

Generated from schemas/read_share_group_state_summary.schema by bin/generate: do not edit.
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


class ReadStateSummaryData(Struct):
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


class ReadShareGroupStateSummaryRequest(Message):
    """Versions 0-1, all flexible."""

    __slots__ = ("group_id", "topics")

    KEY = 87
    VERSIONS = VersionRange(0, 1)
    FLEXIBLE = ALWAYS
    FIELDS = (
        Field("group_id", "string", ""),
        Field("topics", "struct", (), struct=ReadStateSummaryData, is_array=True),
    )

    def __init__(self, group_id: str = "", topics: list[ReadStateSummaryData] = EMPTY) -> None:
        self.group_id = group_id
        self.topics: list[ReadStateSummaryData] = [] if topics is EMPTY else topics


class PartitionResult(Struct):
    __slots__ = (
        "delivery_complete_count",
        "error_code",
        "error_message",
        "leader_epoch",
        "partition",
        "start_offset",
        "state_epoch",
    )

    FIELDS = (
        Field("partition", "int32", 0),
        Field("error_code", "int16", 0),
        Field("error_message", "string", None, nullable=ALWAYS),
        Field("state_epoch", "int32", 0),
        Field("leader_epoch", "int32", 0),
        Field("start_offset", "int64", 0),
        Field("delivery_complete_count", "int32", -1, versions=VersionRange(1)),
    )

    def __init__(
        self,
        partition: int = 0,
        error_code: int = 0,
        error_message: str | None = None,
        state_epoch: int = 0,
        leader_epoch: int = 0,
        start_offset: int = 0,
        delivery_complete_count: int = -1,
    ) -> None:
        self.partition = partition
        self.error_code = error_code
        self.error_message = error_message
        self.state_epoch = state_epoch
        self.leader_epoch = leader_epoch
        self.start_offset = start_offset
        self.delivery_complete_count = delivery_complete_count


class ReadStateSummaryResult(Struct):
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


class ReadShareGroupStateSummaryResponse(Message):
    """Versions 0-1, all flexible."""

    __slots__ = ("results",)

    KEY = 87
    VERSIONS = VersionRange(0, 1)
    FLEXIBLE = ALWAYS
    FIELDS = (
        Field("results", "struct", (), struct=ReadStateSummaryResult, is_array=True),
    )

    def __init__(self, results: list[ReadStateSummaryResult] = EMPTY) -> None:
        self.results: list[ReadStateSummaryResult] = [] if results is EMPTY else results
