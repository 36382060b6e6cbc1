"""The messages of DeleteShareGroupState, API key 86.

The group coordinator drops share state at the share coordinator (KIP-932).

Generated from schemas/delete_share_group_state.schema by bin/generate: do not edit.
"""

from __future__ import annotations

from wirekafka_protocol.schema import ALWAYS, EMPTY, Field, Message, Struct, VersionRange
from wirekafka_protocol.uuids import ZERO_UUID


class PartitionData(Struct):
    __slots__ = ("partition",)

    FIELDS = (
        Field("partition", "int32", 0),
    )

    def __init__(self, partition: int = 0) -> None:
        self.partition = partition


class DeleteStateData(Struct):
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


class DeleteShareGroupStateRequest(Message):
    """Versions 0, all flexible."""

    __slots__ = ("group_id", "topics")

    KEY = 86
    VERSIONS = VersionRange(0, 0)
    FLEXIBLE = ALWAYS
    FIELDS = (
        Field("group_id", "string", ""),
        Field("topics", "struct", (), struct=DeleteStateData, is_array=True),
    )

    def __init__(self, group_id: str = "", topics: list[DeleteStateData] = EMPTY) -> None:
        self.group_id = group_id
        self.topics: list[DeleteStateData] = [] if topics is EMPTY else topics


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


class DeleteStateResult(Struct):
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


class DeleteShareGroupStateResponse(Message):
    """Versions 0, all flexible."""

    __slots__ = ("results",)

    KEY = 86
    VERSIONS = VersionRange(0, 0)
    FLEXIBLE = ALWAYS
    FIELDS = (
        Field("results", "struct", (), struct=DeleteStateResult, is_array=True),
    )

    def __init__(self, results: list[DeleteStateResult] = EMPTY) -> None:
        self.results: list[DeleteStateResult] = [] if results is EMPTY else results
