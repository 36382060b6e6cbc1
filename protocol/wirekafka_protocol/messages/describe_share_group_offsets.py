"""The messages of DescribeShareGroupOffsets, API key 90.

Start offsets of share groups; null topics mean all (KIP-932). 1 has the lag (KIP-1226).

Generated from schemas/describe_share_group_offsets.schema by bin/generate: do not edit.
"""

from __future__ import annotations

from wirekafka_protocol.schema import ALWAYS, EMPTY, Field, Message, Struct, VersionRange
from wirekafka_protocol.uuids import ZERO_UUID


class DescribeShareGroupOffsetsRequestTopic(Struct):
    __slots__ = ("partitions", "topic_name")

    FIELDS = (
        Field("topic_name", "string", ""),
        Field("partitions", "int32", (), is_array=True),
    )

    def __init__(self, topic_name: str = "", partitions: list[int] = EMPTY) -> None:
        self.topic_name = topic_name
        self.partitions: list[int] = [] if partitions is EMPTY else partitions


class DescribeShareGroupOffsetsRequestGroup(Struct):
    __slots__ = ("group_id", "topics")

    FIELDS = (
        Field("group_id", "string", ""),
        Field(
            "topics",
            "struct",
            (),
            struct=DescribeShareGroupOffsetsRequestTopic,
            is_array=True,
            nullable=ALWAYS,
        ),
    )

    def __init__(
        self, group_id: str = "", topics: list[DescribeShareGroupOffsetsRequestTopic] | None = EMPTY
    ) -> None:
        self.group_id = group_id
        self.topics: list[DescribeShareGroupOffsetsRequestTopic] | None = (
            [] if topics is EMPTY else topics
        )


class DescribeShareGroupOffsetsRequest(Message):
    """Versions 0-1, all flexible."""

    __slots__ = ("groups",)

    KEY = 90
    VERSIONS = VersionRange(0, 1)
    FLEXIBLE = ALWAYS
    FIELDS = (
        Field("groups", "struct", (), struct=DescribeShareGroupOffsetsRequestGroup, is_array=True),
    )

    def __init__(self, groups: list[DescribeShareGroupOffsetsRequestGroup] = EMPTY) -> None:
        self.groups: list[DescribeShareGroupOffsetsRequestGroup] = [] if groups is EMPTY else groups


class DescribeShareGroupOffsetsResponsePartition(Struct):
    __slots__ = (
        "error_code",
        "error_message",
        "lag",
        "leader_epoch",
        "partition_index",
        "start_offset",
    )

    FIELDS = (
        Field("partition_index", "int32", 0),
        Field("start_offset", "int64", 0),
        Field("leader_epoch", "int32", 0),
        Field("lag", "int64", -1, versions=VersionRange(1)),
        Field("error_code", "int16", 0),
        Field("error_message", "string", None, nullable=ALWAYS),
    )

    def __init__(
        self,
        partition_index: int = 0,
        start_offset: int = 0,
        leader_epoch: int = 0,
        lag: int = -1,
        error_code: int = 0,
        error_message: str | None = None,
    ) -> None:
        self.partition_index = partition_index
        self.start_offset = start_offset
        self.leader_epoch = leader_epoch
        self.lag = lag
        self.error_code = error_code
        self.error_message = error_message


class DescribeShareGroupOffsetsResponseTopic(Struct):
    __slots__ = ("partitions", "topic_id", "topic_name")

    FIELDS = (
        Field("topic_name", "string", ""),
        Field("topic_id", "uuid", ZERO_UUID),
        Field(
            "partitions",
            "struct",
            (),
            struct=DescribeShareGroupOffsetsResponsePartition,
            is_array=True,
        ),
    )

    def __init__(
        self,
        topic_name: str = "",
        topic_id: bytes = ZERO_UUID,
        partitions: list[DescribeShareGroupOffsetsResponsePartition] = EMPTY,
    ) -> None:
        self.topic_name = topic_name
        self.topic_id = topic_id
        self.partitions: list[DescribeShareGroupOffsetsResponsePartition] = (
            [] if partitions is EMPTY else partitions
        )


class DescribeShareGroupOffsetsResponseGroup(Struct):
    __slots__ = ("error_code", "error_message", "group_id", "topics")

    FIELDS = (
        Field("group_id", "string", ""),
        Field("topics", "struct", (), struct=DescribeShareGroupOffsetsResponseTopic, is_array=True),
        Field("error_code", "int16", 0),
        Field("error_message", "string", None, nullable=ALWAYS),
    )

    def __init__(
        self,
        group_id: str = "",
        topics: list[DescribeShareGroupOffsetsResponseTopic] = EMPTY,
        error_code: int = 0,
        error_message: str | None = None,
    ) -> None:
        self.group_id = group_id
        self.topics: list[DescribeShareGroupOffsetsResponseTopic] = (
            [] if topics is EMPTY else topics
        )
        self.error_code = error_code
        self.error_message = error_message


class DescribeShareGroupOffsetsResponse(Message):
    """Versions 0-1, all flexible."""

    __slots__ = ("groups", "throttle_time_ms")

    KEY = 90
    VERSIONS = VersionRange(0, 1)
    FLEXIBLE = ALWAYS
    FIELDS = (
        Field("throttle_time_ms", "int32", 0),
        Field("groups", "struct", (), struct=DescribeShareGroupOffsetsResponseGroup, is_array=True),
    )

    def __init__(
        self,
        throttle_time_ms: int = 0,
        groups: list[DescribeShareGroupOffsetsResponseGroup] = EMPTY,
    ) -> None:
        self.throttle_time_ms = throttle_time_ms
        self.groups: list[DescribeShareGroupOffsetsResponseGroup] = (
            [] if groups is EMPTY else groups
        )
