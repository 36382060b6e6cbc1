"""The messages of schemas/share_group_records.schema.

Records of share groups in __consumer_offsets (KIP-932). A key follows its int16 record type, a
value its int16 version.

Generated from schemas/share_group_records.schema by bin/generate: do not edit.
"""

from __future__ import annotations

from wirekafka_protocol.schema import ALWAYS, EMPTY, Field, Message, Struct, VersionRange
from wirekafka_protocol.uuids import ZERO_UUID


class ShareGroupMemberMetadataKey(Message):
    """Versions 0, none of them flexible."""

    __slots__ = ("group_id", "member_id")

    KEY = 10
    VERSIONS = VersionRange(0, 0)
    FIELDS = (
        Field("group_id", "string", ""),
        Field("member_id", "string", ""),
    )

    def __init__(self, group_id: str = "", member_id: str = "") -> None:
        self.group_id = group_id
        self.member_id = member_id


class ShareGroupMemberMetadataValue(Message):
    """Versions 0, all flexible."""

    __slots__ = ("client_host", "client_id", "rack_id", "subscribed_topic_names")

    KEY = 10
    VERSIONS = VersionRange(0, 0)
    FLEXIBLE = ALWAYS
    FIELDS = (
        Field("rack_id", "string", "", nullable=ALWAYS),
        Field("client_id", "string", ""),
        Field("client_host", "string", ""),
        Field("subscribed_topic_names", "string", (), is_array=True),
    )

    def __init__(
        self,
        rack_id: str | None = "",
        client_id: str = "",
        client_host: str = "",
        subscribed_topic_names: list[str] = EMPTY,
    ) -> None:
        self.rack_id = rack_id
        self.client_id = client_id
        self.client_host = client_host
        self.subscribed_topic_names: list[str] = (
            [] if subscribed_topic_names is EMPTY else subscribed_topic_names
        )


class ShareGroupMetadataKey(Message):
    """Versions 0, none of them flexible."""

    __slots__ = ("group_id",)

    KEY = 11
    VERSIONS = VersionRange(0, 0)
    FIELDS = (
        Field("group_id", "string", ""),
    )

    def __init__(self, group_id: str = "") -> None:
        self.group_id = group_id


class ShareGroupMetadataValue(Message):
    """Versions 0, all flexible."""

    __slots__ = ("epoch", "metadata_hash")

    KEY = 11
    VERSIONS = VersionRange(0, 0)
    FLEXIBLE = ALWAYS
    FIELDS = (
        Field("epoch", "int32", 0),
        Field("metadata_hash", "int64", 0),
    )

    def __init__(self, epoch: int = 0, metadata_hash: int = 0) -> None:
        self.epoch = epoch
        self.metadata_hash = metadata_hash


class ShareGroupTargetAssignmentMetadataKey(Message):
    """Versions 0, none of them flexible."""

    __slots__ = ("group_id",)

    KEY = 12
    VERSIONS = VersionRange(0, 0)
    FIELDS = (
        Field("group_id", "string", ""),
    )

    def __init__(self, group_id: str = "") -> None:
        self.group_id = group_id


class ShareGroupTargetAssignmentMetadataValue(Message):
    """Versions 0, all flexible."""

    __slots__ = ("assignment_epoch", "assignment_timestamp")

    KEY = 12
    VERSIONS = VersionRange(0, 0)
    FLEXIBLE = ALWAYS
    FIELDS = (
        Field("assignment_epoch", "int32", 0),
        Field("assignment_timestamp", "int64", 0, tag=0, tagged=ALWAYS),
    )

    def __init__(self, assignment_epoch: int = 0, assignment_timestamp: int = 0) -> None:
        self.assignment_epoch = assignment_epoch
        self.assignment_timestamp = assignment_timestamp


class ShareGroupTargetAssignmentMemberKey(Message):
    """Versions 0, none of them flexible."""

    __slots__ = ("group_id", "member_id")

    KEY = 13
    VERSIONS = VersionRange(0, 0)
    FIELDS = (
        Field("group_id", "string", ""),
        Field("member_id", "string", ""),
    )

    def __init__(self, group_id: str = "", member_id: str = "") -> None:
        self.group_id = group_id
        self.member_id = member_id


class TopicPartition(Struct):
    __slots__ = ("partitions", "topic_id")

    FIELDS = (
        Field("topic_id", "uuid", ZERO_UUID),
        Field("partitions", "int32", (), is_array=True),
    )

    def __init__(self, topic_id: bytes = ZERO_UUID, partitions: list[int] = EMPTY) -> None:
        self.topic_id = topic_id
        self.partitions: list[int] = [] if partitions is EMPTY else partitions


class ShareGroupTargetAssignmentMemberValue(Message):
    """Versions 0, all flexible."""

    __slots__ = ("topic_partitions",)

    KEY = 13
    VERSIONS = VersionRange(0, 0)
    FLEXIBLE = ALWAYS
    FIELDS = (
        Field("topic_partitions", "struct", (), struct=TopicPartition, is_array=True),
    )

    def __init__(self, topic_partitions: list[TopicPartition] = EMPTY) -> None:
        self.topic_partitions: list[TopicPartition] = (
            [] if topic_partitions is EMPTY else topic_partitions
        )


class ShareGroupCurrentMemberAssignmentKey(Message):
    """Versions 0, none of them flexible."""

    __slots__ = ("group_id", "member_id")

    KEY = 14
    VERSIONS = VersionRange(0, 0)
    FIELDS = (
        Field("group_id", "string", ""),
        Field("member_id", "string", ""),
    )

    def __init__(self, group_id: str = "", member_id: str = "") -> None:
        self.group_id = group_id
        self.member_id = member_id


class TopicPartitions(Struct):
    __slots__ = ("partitions", "topic_id")

    FIELDS = (
        Field("topic_id", "uuid", ZERO_UUID),
        Field("partitions", "int32", (), is_array=True),
    )

    def __init__(self, topic_id: bytes = ZERO_UUID, partitions: list[int] = EMPTY) -> None:
        self.topic_id = topic_id
        self.partitions: list[int] = [] if partitions is EMPTY else partitions


class ShareGroupCurrentMemberAssignmentValue(Message):
    """Versions 0, all flexible."""

    __slots__ = ("assigned_partitions", "member_epoch", "previous_member_epoch", "state")

    KEY = 14
    VERSIONS = VersionRange(0, 0)
    FLEXIBLE = ALWAYS
    FIELDS = (
        Field("member_epoch", "int32", 0),
        Field("previous_member_epoch", "int32", 0),
        Field("state", "int8", 0),
        Field("assigned_partitions", "struct", (), struct=TopicPartitions, is_array=True),
    )

    def __init__(
        self,
        member_epoch: int = 0,
        previous_member_epoch: int = 0,
        state: int = 0,
        assigned_partitions: list[TopicPartitions] = EMPTY,
    ) -> None:
        self.member_epoch = member_epoch
        self.previous_member_epoch = previous_member_epoch
        self.state = state
        self.assigned_partitions: list[TopicPartitions] = (
            [] if assigned_partitions is EMPTY else assigned_partitions
        )


class ShareGroupStatePartitionMetadataKey(Message):
    """Versions 0, none of them flexible."""

    __slots__ = ("group_id",)

    KEY = 15
    VERSIONS = VersionRange(0, 0)
    FIELDS = (
        Field("group_id", "string", ""),
    )

    def __init__(self, group_id: str = "") -> None:
        self.group_id = group_id


class TopicPartitionsInfo(Struct):
    __slots__ = ("partitions", "topic_id", "topic_name")

    FIELDS = (
        Field("topic_id", "uuid", ZERO_UUID),
        Field("topic_name", "string", ""),
        Field("partitions", "int32", (), is_array=True),
    )

    def __init__(
        self, topic_id: bytes = ZERO_UUID, topic_name: str = "", partitions: list[int] = EMPTY
    ) -> None:
        self.topic_id = topic_id
        self.topic_name = topic_name
        self.partitions: list[int] = [] if partitions is EMPTY else partitions


class TopicInfo(Struct):
    __slots__ = ("topic_id", "topic_name")

    FIELDS = (
        Field("topic_id", "uuid", ZERO_UUID),
        Field("topic_name", "string", ""),
    )

    def __init__(self, topic_id: bytes = ZERO_UUID, topic_name: str = "") -> None:
        self.topic_id = topic_id
        self.topic_name = topic_name


class ShareGroupStatePartitionMetadataValue(Message):
    """Versions 0, all flexible."""

    __slots__ = ("deleting_topics", "initialized_topics", "initializing_topics")

    KEY = 15
    VERSIONS = VersionRange(0, 0)
    FLEXIBLE = ALWAYS
    FIELDS = (
        Field("initializing_topics", "struct", (), struct=TopicPartitionsInfo, is_array=True),
        Field("initialized_topics", "struct", (), struct=TopicPartitionsInfo, is_array=True),
        Field("deleting_topics", "struct", (), struct=TopicInfo, is_array=True),
    )

    def __init__(
        self,
        initializing_topics: list[TopicPartitionsInfo] = EMPTY,
        initialized_topics: list[TopicPartitionsInfo] = EMPTY,
        deleting_topics: list[TopicInfo] = EMPTY,
    ) -> None:
        self.initializing_topics: list[TopicPartitionsInfo] = (
            [] if initializing_topics is EMPTY else initializing_topics
        )
        self.initialized_topics: list[TopicPartitionsInfo] = (
            [] if initialized_topics is EMPTY else initialized_topics
        )
        self.deleting_topics: list[TopicInfo] = [] if deleting_topics is EMPTY else deleting_topics
