"""OffsetCommitKey, OffsetCommitValue, LegacyOffsetCommitKey, LegacyOffsetCommitValue.

Records of committed offsets in __consumer_offsets; type 0 is the form of very old brokers. Value 1
has an expiry; 3 leader epochs; 4 is flexible (KIP-915) with a topic id.

Generated from schemas/offset_commit_record.schema by bin/generate: do not edit.
"""

from __future__ import annotations

from wirekafka_protocol.schema import Field, Message, VersionRange
from wirekafka_protocol.uuids import ZERO_UUID


class OffsetCommitKey(Message):
    """Versions 0, none of them flexible."""

    __slots__ = ("group", "partition", "topic")

    KEY = 1
    VERSIONS = VersionRange(0, 0)
    FIELDS = (
        Field("group", "string", ""),
        Field("topic", "string", ""),
        Field("partition", "int32", 0),
    )

    def __init__(self, group: str = "", topic: str = "", partition: int = 0) -> None:
        self.group = group
        self.topic = topic
        self.partition = partition


class OffsetCommitValue(Message):
    """Versions 0-4, flexible from 4."""

    __slots__ = (
        "commit_timestamp",
        "expire_timestamp",
        "leader_epoch",
        "metadata",
        "offset",
        "topic_id",
    )

    KEY = 1
    VERSIONS = VersionRange(0, 4)
    FLEXIBLE = VersionRange(4)
    FIELDS = (
        Field("offset", "int64", 0),
        Field("leader_epoch", "int32", -1, versions=VersionRange(3)),
        Field("metadata", "string", ""),
        Field("commit_timestamp", "int64", 0),
        Field("expire_timestamp", "int64", -1, versions=VersionRange(1, 1)),
        Field(
            "topic_id", "uuid", ZERO_UUID, versions=VersionRange(4), tag=0, tagged=VersionRange(4)
        ),
    )

    def __init__(
        self,
        offset: int = 0,
        leader_epoch: int = -1,
        metadata: str = "",
        commit_timestamp: int = 0,
        expire_timestamp: int = -1,
        topic_id: bytes = ZERO_UUID,
    ) -> None:
        self.offset = offset
        self.leader_epoch = leader_epoch
        self.metadata = metadata
        self.commit_timestamp = commit_timestamp
        self.expire_timestamp = expire_timestamp
        self.topic_id = topic_id


class LegacyOffsetCommitKey(Message):
    """Versions 0, none of them flexible."""

    __slots__ = ("group", "partition", "topic")

    KEY = 0
    VERSIONS = VersionRange(0, 0)
    FIELDS = (
        Field("group", "string", ""),
        Field("topic", "string", ""),
        Field("partition", "int32", 0),
    )

    def __init__(self, group: str = "", topic: str = "", partition: int = 0) -> None:
        self.group = group
        self.topic = topic
        self.partition = partition


class LegacyOffsetCommitValue(Message):
    """Versions 0, none of them flexible."""

    __slots__ = ("commit_timestamp", "metadata", "offset")

    KEY = 0
    VERSIONS = VersionRange(0, 0)
    FIELDS = (
        Field("offset", "int64", 0),
        Field("metadata", "string", ""),
        Field("commit_timestamp", "int64", 0),
    )

    def __init__(self, offset: int = 0, metadata: str = "", commit_timestamp: int = 0) -> None:
        self.offset = offset
        self.metadata = metadata
        self.commit_timestamp = commit_timestamp
