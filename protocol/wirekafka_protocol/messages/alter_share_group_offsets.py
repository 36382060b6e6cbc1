"""The messages of AlterShareGroupOffsets, API key 91.

Sets start offsets of an empty share group (KIP-932).

Generated from schemas/alter_share_group_offsets.schema by bin/generate: do not edit.
"""

from __future__ import annotations

from wirekafka_protocol.schema import ALWAYS, EMPTY, Field, Message, Struct, VersionRange
from wirekafka_protocol.uuids import ZERO_UUID


class AlterShareGroupOffsetsRequestPartition(Struct):
    __slots__ = ("partition_index", "start_offset")

    FIELDS = (
        Field("partition_index", "int32", 0),
        Field("start_offset", "int64", 0),
    )

    def __init__(self, partition_index: int = 0, start_offset: int = 0) -> None:
        self.partition_index = partition_index
        self.start_offset = start_offset


class AlterShareGroupOffsetsRequestTopic(Struct):
    __slots__ = ("partitions", "topic_name")

    FIELDS = (
        Field("topic_name", "string", ""),
        Field(
            "partitions", "struct", (), struct=AlterShareGroupOffsetsRequestPartition, is_array=True
        ),
    )

    def __init__(
        self, topic_name: str = "", partitions: list[AlterShareGroupOffsetsRequestPartition] = EMPTY
    ) -> None:
        self.topic_name = topic_name
        self.partitions: list[AlterShareGroupOffsetsRequestPartition] = (
            [] if partitions is EMPTY else partitions
        )


class AlterShareGroupOffsetsRequest(Message):
    """Versions 0, all flexible."""

    __slots__ = ("group_id", "topics")

    KEY = 91
    VERSIONS = VersionRange(0, 0)
    FLEXIBLE = ALWAYS
    FIELDS = (
        Field("group_id", "string", ""),
        Field("topics", "struct", (), struct=AlterShareGroupOffsetsRequestTopic, is_array=True),
    )

    def __init__(
        self, group_id: str = "", topics: list[AlterShareGroupOffsetsRequestTopic] = EMPTY
    ) -> None:
        self.group_id = group_id
        self.topics: list[AlterShareGroupOffsetsRequestTopic] = [] if topics is EMPTY else topics


class AlterShareGroupOffsetsResponsePartition(Struct):
    __slots__ = ("error_code", "error_message", "partition_index")

    FIELDS = (
        Field("partition_index", "int32", 0),
        Field("error_code", "int16", 0),
        Field("error_message", "string", None, nullable=ALWAYS),
    )

    def __init__(
        self, partition_index: int = 0, error_code: int = 0, error_message: str | None = None
    ) -> None:
        self.partition_index = partition_index
        self.error_code = error_code
        self.error_message = error_message


class AlterShareGroupOffsetsResponseTopic(Struct):
    __slots__ = ("partitions", "topic_id", "topic_name")

    FIELDS = (
        Field("topic_name", "string", ""),
        Field("topic_id", "uuid", ZERO_UUID),
        Field(
            "partitions",
            "struct",
            (),
            struct=AlterShareGroupOffsetsResponsePartition,
            is_array=True,
        ),
    )

    def __init__(
        self,
        topic_name: str = "",
        topic_id: bytes = ZERO_UUID,
        partitions: list[AlterShareGroupOffsetsResponsePartition] = EMPTY,
    ) -> None:
        self.topic_name = topic_name
        self.topic_id = topic_id
        self.partitions: list[AlterShareGroupOffsetsResponsePartition] = (
            [] if partitions is EMPTY else partitions
        )


class AlterShareGroupOffsetsResponse(Message):
    """Versions 0, all flexible."""

    __slots__ = ("error_code", "error_message", "responses", "throttle_time_ms")

    KEY = 91
    VERSIONS = VersionRange(0, 0)
    FLEXIBLE = ALWAYS
    FIELDS = (
        Field("throttle_time_ms", "int32", 0),
        Field("error_code", "int16", 0),
        Field("error_message", "string", None, nullable=ALWAYS),
        Field("responses", "struct", (), struct=AlterShareGroupOffsetsResponseTopic, is_array=True),
    )

    def __init__(
        self,
        throttle_time_ms: int = 0,
        error_code: int = 0,
        error_message: str | None = None,
        responses: list[AlterShareGroupOffsetsResponseTopic] = EMPTY,
    ) -> None:
        self.throttle_time_ms = throttle_time_ms
        self.error_code = error_code
        self.error_message = error_message
        self.responses: list[AlterShareGroupOffsetsResponseTopic] = (
            [] if responses is EMPTY else responses
        )
