"""The messages of OffsetFetch, API key 9.

A group's committed offsets; null topics mean all. 7 waits for transactions (KIP-447); 8 asks for
many groups (KIP-709); 9 member epochs (KIP-848); 10 topic ids (KIP-848).

Generated from schemas/offset_fetch.schema by bin/generate: do not edit.
"""

from __future__ import annotations

from wirekafka_protocol.schema import ALWAYS, EMPTY, Field, Message, Struct, VersionRange
from wirekafka_protocol.uuids import ZERO_UUID


class OffsetFetchRequestTopic(Struct):
    __slots__ = ("name", "partition_indexes")

    FIELDS = (
        Field("name", "string", ""),
        Field("partition_indexes", "int32", (), is_array=True),
    )

    def __init__(self, name: str = "", partition_indexes: list[int] = EMPTY) -> None:
        self.name = name
        self.partition_indexes: list[int] = [] if partition_indexes is EMPTY else partition_indexes


class OffsetFetchRequestTopics(Struct):
    __slots__ = ("name", "partition_indexes", "topic_id")

    FIELDS = (
        Field("name", "string", "", versions=VersionRange(8, 9)),
        Field("topic_id", "uuid", ZERO_UUID, versions=VersionRange(10)),
        Field("partition_indexes", "int32", (), is_array=True),
    )

    def __init__(
        self, name: str = "", topic_id: bytes = ZERO_UUID, partition_indexes: list[int] = EMPTY
    ) -> None:
        self.name = name
        self.topic_id = topic_id
        self.partition_indexes: list[int] = [] if partition_indexes is EMPTY else partition_indexes


class OffsetFetchRequestGroup(Struct):
    __slots__ = ("group_id", "member_epoch", "member_id", "topics")

    FIELDS = (
        Field("group_id", "string", ""),
        Field("member_id", "string", None, versions=VersionRange(9), nullable=ALWAYS),
        Field("member_epoch", "int32", -1, versions=VersionRange(9)),
        Field(
            "topics", "struct", (), struct=OffsetFetchRequestTopics, is_array=True, nullable=ALWAYS
        ),
    )

    def __init__(
        self,
        group_id: str = "",
        member_id: str | None = None,
        member_epoch: int = -1,
        topics: list[OffsetFetchRequestTopics] | None = EMPTY,
    ) -> None:
        self.group_id = group_id
        self.member_id = member_id
        self.member_epoch = member_epoch
        self.topics: list[OffsetFetchRequestTopics] | None = [] if topics is EMPTY else topics


class OffsetFetchRequest(Message):
    """Versions 1-10, flexible from 6."""

    __slots__ = ("group_id", "groups", "require_stable", "topics")

    KEY = 9
    VERSIONS = VersionRange(1, 10)
    FLEXIBLE = VersionRange(6)
    FIELDS = (
        Field("group_id", "string", "", versions=VersionRange(0, 7)),
        Field(
            "topics",
            "struct",
            (),
            struct=OffsetFetchRequestTopic,
            is_array=True,
            versions=VersionRange(0, 7),
            nullable=VersionRange(2, 7),
        ),
        Field(
            "groups",
            "struct",
            (),
            struct=OffsetFetchRequestGroup,
            is_array=True,
            versions=VersionRange(8),
        ),
        Field("require_stable", "bool", False, versions=VersionRange(7)),
    )

    def __init__(
        self,
        group_id: str = "",
        topics: list[OffsetFetchRequestTopic] | None = EMPTY,
        groups: list[OffsetFetchRequestGroup] = EMPTY,
        require_stable: bool = False,
    ) -> None:
        self.group_id = group_id
        self.topics: list[OffsetFetchRequestTopic] | None = [] if topics is EMPTY else topics
        self.groups: list[OffsetFetchRequestGroup] = [] if groups is EMPTY else groups
        self.require_stable = require_stable


class OffsetFetchResponsePartition(Struct):
    __slots__ = (
        "committed_leader_epoch",
        "committed_offset",
        "error_code",
        "metadata",
        "partition_index",
    )

    FIELDS = (
        Field("partition_index", "int32", 0),
        Field("committed_offset", "int64", 0),
        Field("committed_leader_epoch", "int32", -1, versions=VersionRange(5, 7)),
        Field("metadata", "string", "", nullable=ALWAYS),
        Field("error_code", "int16", 0),
    )

    def __init__(
        self,
        partition_index: int = 0,
        committed_offset: int = 0,
        committed_leader_epoch: int = -1,
        metadata: str | None = "",
        error_code: int = 0,
    ) -> None:
        self.partition_index = partition_index
        self.committed_offset = committed_offset
        self.committed_leader_epoch = committed_leader_epoch
        self.metadata = metadata
        self.error_code = error_code


class OffsetFetchResponseTopic(Struct):
    __slots__ = ("name", "partitions")

    FIELDS = (
        Field("name", "string", ""),
        Field("partitions", "struct", (), struct=OffsetFetchResponsePartition, is_array=True),
    )

    def __init__(
        self, name: str = "", partitions: list[OffsetFetchResponsePartition] = EMPTY
    ) -> None:
        self.name = name
        self.partitions: list[OffsetFetchResponsePartition] = (
            [] if partitions is EMPTY else partitions
        )


class OffsetFetchResponsePartitions(Struct):
    __slots__ = (
        "committed_leader_epoch",
        "committed_offset",
        "error_code",
        "metadata",
        "partition_index",
    )

    FIELDS = (
        Field("partition_index", "int32", 0),
        Field("committed_offset", "int64", 0),
        Field("committed_leader_epoch", "int32", -1),
        Field("metadata", "string", "", nullable=ALWAYS),
        Field("error_code", "int16", 0),
    )

    def __init__(
        self,
        partition_index: int = 0,
        committed_offset: int = 0,
        committed_leader_epoch: int = -1,
        metadata: str | None = "",
        error_code: int = 0,
    ) -> None:
        self.partition_index = partition_index
        self.committed_offset = committed_offset
        self.committed_leader_epoch = committed_leader_epoch
        self.metadata = metadata
        self.error_code = error_code


class OffsetFetchResponseTopics(Struct):
    __slots__ = ("name", "partitions", "topic_id")

    FIELDS = (
        Field("name", "string", "", versions=VersionRange(8, 9)),
        Field("topic_id", "uuid", ZERO_UUID, versions=VersionRange(10)),
        Field("partitions", "struct", (), struct=OffsetFetchResponsePartitions, is_array=True),
    )

    def __init__(
        self,
        name: str = "",
        topic_id: bytes = ZERO_UUID,
        partitions: list[OffsetFetchResponsePartitions] = EMPTY,
    ) -> None:
        self.name = name
        self.topic_id = topic_id
        self.partitions: list[OffsetFetchResponsePartitions] = (
            [] if partitions is EMPTY else partitions
        )


class OffsetFetchResponseGroup(Struct):
    __slots__ = ("error_code", "group_id", "topics")

    FIELDS = (
        Field("group_id", "string", ""),
        Field("topics", "struct", (), struct=OffsetFetchResponseTopics, is_array=True),
        Field("error_code", "int16", 0),
    )

    def __init__(
        self,
        group_id: str = "",
        topics: list[OffsetFetchResponseTopics] = EMPTY,
        error_code: int = 0,
    ) -> None:
        self.group_id = group_id
        self.topics: list[OffsetFetchResponseTopics] = [] if topics is EMPTY else topics
        self.error_code = error_code


class OffsetFetchResponse(Message):
    """Versions 1-10, flexible from 6."""

    __slots__ = ("error_code", "groups", "throttle_time_ms", "topics")

    KEY = 9
    VERSIONS = VersionRange(1, 10)
    FLEXIBLE = VersionRange(6)
    FIELDS = (
        Field("throttle_time_ms", "int32", 0, versions=VersionRange(3)),
        Field(
            "topics",
            "struct",
            (),
            struct=OffsetFetchResponseTopic,
            is_array=True,
            versions=VersionRange(0, 7),
        ),
        Field("error_code", "int16", 0, versions=VersionRange(2, 7)),
        Field(
            "groups",
            "struct",
            (),
            struct=OffsetFetchResponseGroup,
            is_array=True,
            versions=VersionRange(8),
        ),
    )

    def __init__(
        self,
        throttle_time_ms: int = 0,
        topics: list[OffsetFetchResponseTopic] = EMPTY,
        error_code: int = 0,
        groups: list[OffsetFetchResponseGroup] = EMPTY,
    ) -> None:
        self.throttle_time_ms = throttle_time_ms
        self.topics: list[OffsetFetchResponseTopic] = [] if topics is EMPTY else topics
        self.error_code = error_code
        self.groups: list[OffsetFetchResponseGroup] = [] if groups is EMPTY else groups
