"""The messages of InitializeShareGroupState, API key 83.

The group coordinator starts the share state of partitions at the share coordinator (KIP-932).

Generated from schemas/initialize_share_group_state.schema by bin/generate: do not edit.
"""

from __future__ import annotations

from wirekafka_protocol.schema import ALWAYS, EMPTY, Field, Message, Struct, VersionRange
from wirekafka_protocol.uuids import ZERO_UUID


class PartitionData(Struct):
    __slots__ = ("partition", "start_offset", "state_epoch")

    FIELDS = (
        Field("partition", "int32", 0),
        Field("state_epoch", "int32", 0),
        Field("start_offset", "int64", 0),
    )

    def __init__(self, partition: int = 0, state_epoch: int = 0, start_offset: int = 0) -> None:
        self.partition = partition
        self.state_epoch = state_epoch
        self.start_offset = start_offset


class InitializeStateData(Struct):
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


class InitializeShareGroupStateRequest(Message):
    """Versions 0, all flexible."""

    __slots__ = ("group_id", "topics")

    KEY = 83
    VERSIONS = VersionRange(0, 0)
    FLEXIBLE = ALWAYS
    FIELDS = (
        Field("group_id", "string", ""),
        Field("topics", "struct", (), struct=InitializeStateData, is_array=True),
    )

    def __init__(self, group_id: str = "", topics: list[InitializeStateData] = EMPTY) -> None:
        self.group_id = group_id
        self.topics: list[InitializeStateData] = [] if topics is EMPTY else topics


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


class InitializeStateResult(Struct):
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


class InitializeShareGroupStateResponse(Message):
    """Versions 0, all flexible."""

    __slots__ = ("results",)

    KEY = 83
    VERSIONS = VersionRange(0, 0)
    FLEXIBLE = ALWAYS
    FIELDS = (
        Field("results", "struct", (), struct=InitializeStateResult, is_array=True),
    )

    def __init__(self, results: list[InitializeStateResult] = EMPTY) -> None:
        self.results: list[InitializeStateResult] = [] if results is EMPTY else results
