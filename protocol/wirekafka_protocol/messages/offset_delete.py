"""The messages of OffsetDelete, API key 47.

Deletes committed offsets of topics that the group no longer subscribes to (KIP-496). Never
flexible.

Generated from schemas/offset_delete.schema by bin/generate: do not edit.
"""

from __future__ import annotations

from wirekafka_protocol.schema import EMPTY, Field, Message, Struct, VersionRange


class OffsetDeleteRequestPartition(Struct):
    __slots__ = ("partition_index",)

    FIELDS = (
        Field("partition_index", "int32", 0),
    )

    def __init__(self, partition_index: int = 0) -> None:
        self.partition_index = partition_index


class OffsetDeleteRequestTopic(Struct):
    __slots__ = ("name", "partitions")

    FIELDS = (
        Field("name", "string", ""),
        Field("partitions", "struct", (), struct=OffsetDeleteRequestPartition, is_array=True),
    )

    def __init__(
        self, name: str = "", partitions: list[OffsetDeleteRequestPartition] = EMPTY
    ) -> None:
        self.name = name
        self.partitions: list[OffsetDeleteRequestPartition] = (
            [] if partitions is EMPTY else partitions
        )


class OffsetDeleteRequest(Message):
    """Versions 0, none of them flexible."""

    __slots__ = ("group_id", "topics")

    KEY = 47
    VERSIONS = VersionRange(0, 0)
    FIELDS = (
        Field("group_id", "string", ""),
        Field("topics", "struct", (), struct=OffsetDeleteRequestTopic, is_array=True),
    )

    def __init__(self, group_id: str = "", topics: list[OffsetDeleteRequestTopic] = EMPTY) -> None:
        self.group_id = group_id
        self.topics: list[OffsetDeleteRequestTopic] = [] if topics is EMPTY else topics


class OffsetDeleteResponsePartition(Struct):
    __slots__ = ("error_code", "partition_index")

    FIELDS = (
        Field("partition_index", "int32", 0),
        Field("error_code", "int16", 0),
    )

    def __init__(self, partition_index: int = 0, error_code: int = 0) -> None:
        self.partition_index = partition_index
        self.error_code = error_code


class OffsetDeleteResponseTopic(Struct):
    __slots__ = ("name", "partitions")

    FIELDS = (
        Field("name", "string", ""),
        Field("partitions", "struct", (), struct=OffsetDeleteResponsePartition, is_array=True),
    )

    def __init__(
        self, name: str = "", partitions: list[OffsetDeleteResponsePartition] = EMPTY
    ) -> None:
        self.name = name
        self.partitions: list[OffsetDeleteResponsePartition] = (
            [] if partitions is EMPTY else partitions
        )


class OffsetDeleteResponse(Message):
    """Versions 0, none of them flexible."""

    __slots__ = ("error_code", "throttle_time_ms", "topics")

    KEY = 47
    VERSIONS = VersionRange(0, 0)
    FIELDS = (
        Field("error_code", "int16", 0),
        Field("throttle_time_ms", "int32", 0),
        Field("topics", "struct", (), struct=OffsetDeleteResponseTopic, is_array=True),
    )

    def __init__(
        self,
        error_code: int = 0,
        throttle_time_ms: int = 0,
        topics: list[OffsetDeleteResponseTopic] = EMPTY,
    ) -> None:
        self.error_code = error_code
        self.throttle_time_ms = throttle_time_ms
        self.topics: list[OffsetDeleteResponseTopic] = [] if topics is EMPTY else topics
