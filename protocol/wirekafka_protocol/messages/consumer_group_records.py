"""The messages of schemas/consumer_group_records.schema.

Records of groups of the new consumer protocol (KIP-848) in __consumer_offsets. A key follows its
int16 record type, a value its int16 version. Nullable tagged fields default to empty here: null is
written.

Generated from schemas/consumer_group_records.schema by bin/generate: do not edit.
"""

from __future__ import annotations

from wirekafka_protocol.schema import ALWAYS, EMPTY, Field, Message, Struct, VersionRange
from wirekafka_protocol.uuids import ZERO_UUID


class ConsumerGroupMetadataKey(Message):
    """Versions 0, none of them flexible."""

    __slots__ = ("group_id",)

    KEY = 3
    VERSIONS = VersionRange(0, 0)
    FIELDS = (
        Field("group_id", "string", ""),
    )

    def __init__(self, group_id: str = "") -> None:
        self.group_id = group_id


class ConsumerGroupMetadataValue(Message):
    """Versions 0, all flexible."""

    __slots__ = ("epoch", "metadata_hash")

    KEY = 3
    VERSIONS = VersionRange(0, 0)
    FLEXIBLE = ALWAYS
    FIELDS = (
        Field("epoch", "int32", 0),
        Field("metadata_hash", "int64", 0, tag=0, tagged=ALWAYS),
    )

    def __init__(self, epoch: int = 0, metadata_hash: int = 0) -> None:
        self.epoch = epoch
        self.metadata_hash = metadata_hash


class ConsumerGroupPartitionMetadataKey(Message):
    """Versions 0, none of them flexible.

    Written by old brokers only.
    """

    __slots__ = ("group_id",)

    KEY = 4
    VERSIONS = VersionRange(0, 0)
    FIELDS = (
        Field("group_id", "string", ""),
    )

    def __init__(self, group_id: str = "") -> None:
        self.group_id = group_id


class PartitionMetadata(Struct):
    __slots__ = ("partition", "racks")

    FIELDS = (
        Field("partition", "int32", 0),
        Field("racks", "string", (), is_array=True),
    )

    def __init__(self, partition: int = 0, racks: list[str] = EMPTY) -> None:
        self.partition = partition
        self.racks: list[str] = [] if racks is EMPTY else racks


class TopicMetadata(Struct):
    __slots__ = ("num_partitions", "partition_metadata", "topic_id", "topic_name")

    FIELDS = (
        Field("topic_id", "uuid", ZERO_UUID),
        Field("topic_name", "string", ""),
        Field("num_partitions", "int32", 0),
        Field("partition_metadata", "struct", (), struct=PartitionMetadata, is_array=True),
    )

    def __init__(
        self,
        topic_id: bytes = ZERO_UUID,
        topic_name: str = "",
        num_partitions: int = 0,
        partition_metadata: list[PartitionMetadata] = EMPTY,
    ) -> None:
        self.topic_id = topic_id
        self.topic_name = topic_name
        self.num_partitions = num_partitions
        self.partition_metadata: list[PartitionMetadata] = (
            [] if partition_metadata is EMPTY else partition_metadata
        )


class ConsumerGroupPartitionMetadataValue(Message):
    """Versions 0, all flexible."""

    __slots__ = ("topics",)

    KEY = 4
    VERSIONS = VersionRange(0, 0)
    FLEXIBLE = ALWAYS
    FIELDS = (
        Field("topics", "struct", (), struct=TopicMetadata, is_array=True),
    )

    def __init__(self, topics: list[TopicMetadata] = EMPTY) -> None:
        self.topics: list[TopicMetadata] = [] if topics is EMPTY else topics


class ConsumerGroupMemberMetadataKey(Message):
    """Versions 0, none of them flexible."""

    __slots__ = ("group_id", "member_id")

    KEY = 5
    VERSIONS = VersionRange(0, 0)
    FIELDS = (
        Field("group_id", "string", ""),
        Field("member_id", "string", ""),
    )

    def __init__(self, group_id: str = "", member_id: str = "") -> None:
        self.group_id = group_id
        self.member_id = member_id


class ClassicProtocol(Struct):
    __slots__ = ("metadata", "name")

    FIELDS = (
        Field("name", "string", ""),
        Field("metadata", "bytes", b""),
    )

    def __init__(self, name: str = "", metadata: bytes = b"") -> None:
        self.name = name
        self.metadata = metadata


class ClassicMemberMetadata(Struct):
    __slots__ = ("session_timeout_ms", "supported_protocols")

    FIELDS = (
        Field("session_timeout_ms", "int32", 0),
        Field("supported_protocols", "struct", (), struct=ClassicProtocol, is_array=True),
    )

    def __init__(
        self, session_timeout_ms: int = 0, supported_protocols: list[ClassicProtocol] = EMPTY
    ) -> None:
        self.session_timeout_ms = session_timeout_ms
        self.supported_protocols: list[ClassicProtocol] = (
            [] if supported_protocols is EMPTY else supported_protocols
        )


_ABSENT_CLASSIC_MEMBER_METADATA = ClassicMemberMetadata()


class ConsumerGroupMemberMetadataValue(Message):
    """Versions 0, all flexible."""

    __slots__ = (
        "classic_member_metadata",
        "client_host",
        "client_id",
        "instance_id",
        "rack_id",
        "rebalance_timeout_ms",
        "server_assignor",
        "subscribed_topic_names",
        "subscribed_topic_regex",
    )

    KEY = 5
    VERSIONS = VersionRange(0, 0)
    FLEXIBLE = ALWAYS
    FIELDS = (
        Field("instance_id", "string", "", nullable=ALWAYS),
        Field("rack_id", "string", "", nullable=ALWAYS),
        Field("client_id", "string", ""),
        Field("client_host", "string", ""),
        Field("subscribed_topic_names", "string", (), is_array=True),
        Field("subscribed_topic_regex", "string", "", nullable=ALWAYS),
        Field("rebalance_timeout_ms", "int32", -1),
        Field("server_assignor", "string", "", nullable=ALWAYS),
        Field(
            "classic_member_metadata",
            "struct",
            (),
            struct=ClassicMemberMetadata,
            nullable=ALWAYS,
            tag=0,
            tagged=ALWAYS,
        ),
    )

    def __init__(
        self,
        instance_id: str | None = "",
        rack_id: str | None = "",
        client_id: str = "",
        client_host: str = "",
        subscribed_topic_names: list[str] = EMPTY,
        subscribed_topic_regex: str | None = "",
        rebalance_timeout_ms: int = -1,
        server_assignor: str | None = "",
        classic_member_metadata: ClassicMemberMetadata | None = _ABSENT_CLASSIC_MEMBER_METADATA,
    ) -> None:
        self.instance_id = instance_id
        self.rack_id = rack_id
        self.client_id = client_id
        self.client_host = client_host
        self.subscribed_topic_names: list[str] = (
            [] if subscribed_topic_names is EMPTY else subscribed_topic_names
        )
        self.subscribed_topic_regex = subscribed_topic_regex
        self.rebalance_timeout_ms = rebalance_timeout_ms
        self.server_assignor = server_assignor
        self.classic_member_metadata = (
            ClassicMemberMetadata()
            if classic_member_metadata is _ABSENT_CLASSIC_MEMBER_METADATA
            else classic_member_metadata
        )


class ConsumerGroupTargetAssignmentMetadataKey(Message):
    """Versions 0, none of them flexible."""

    __slots__ = ("group_id",)

    KEY = 6
    VERSIONS = VersionRange(0, 0)
    FIELDS = (
        Field("group_id", "string", ""),
    )

    def __init__(self, group_id: str = "") -> None:
        self.group_id = group_id


class ConsumerGroupTargetAssignmentMetadataValue(Message):
    """Versions 0, all flexible."""

    __slots__ = ("assignment_epoch", "assignment_timestamp")

    KEY = 6
    VERSIONS = VersionRange(0, 0)
    FLEXIBLE = ALWAYS
    FIELDS = (
        Field("assignment_epoch", "int32", 0),
        Field("assignment_timestamp", "int64", 0, tag=0, tagged=ALWAYS),
    )

    def __init__(self, assignment_epoch: int = 0, assignment_timestamp: int = 0) -> None:
        self.assignment_epoch = assignment_epoch
        self.assignment_timestamp = assignment_timestamp


class ConsumerGroupTargetAssignmentMemberKey(Message):
    """Versions 0, none of them flexible."""

    __slots__ = ("group_id", "member_id")

    KEY = 7
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


class ConsumerGroupTargetAssignmentMemberValue(Message):
    """Versions 0, all flexible."""

    __slots__ = ("topic_partitions",)

    KEY = 7
    VERSIONS = VersionRange(0, 0)
    FLEXIBLE = ALWAYS
    FIELDS = (
        Field("topic_partitions", "struct", (), struct=TopicPartition, is_array=True),
    )

    def __init__(self, topic_partitions: list[TopicPartition] = EMPTY) -> None:
        self.topic_partitions: list[TopicPartition] = (
            [] if topic_partitions is EMPTY else topic_partitions
        )


class ConsumerGroupCurrentMemberAssignmentKey(Message):
    """Versions 0, none of them flexible."""

    __slots__ = ("group_id", "member_id")

    KEY = 8
    VERSIONS = VersionRange(0, 0)
    FIELDS = (
        Field("group_id", "string", ""),
        Field("member_id", "string", ""),
    )

    def __init__(self, group_id: str = "", member_id: str = "") -> None:
        self.group_id = group_id
        self.member_id = member_id


class TopicPartitions(Struct):
    __slots__ = ("assignment_epochs", "partitions", "topic_id")

    FIELDS = (
        Field("topic_id", "uuid", ZERO_UUID),
        Field("partitions", "int32", (), is_array=True),
        Field(
            "assignment_epochs", "int32", (), is_array=True, nullable=ALWAYS, tag=0, tagged=ALWAYS
        ),
    )

    def __init__(
        self,
        topic_id: bytes = ZERO_UUID,
        partitions: list[int] = EMPTY,
        assignment_epochs: list[int] | None = EMPTY,
    ) -> None:
        self.topic_id = topic_id
        self.partitions: list[int] = [] if partitions is EMPTY else partitions
        self.assignment_epochs: list[int] | None = (
            [] if assignment_epochs is EMPTY else assignment_epochs
        )


class ConsumerGroupCurrentMemberAssignmentValue(Message):
    """Versions 0, all flexible."""

    __slots__ = (
        "assigned_partitions",
        "member_epoch",
        "partitions_pending_revocation",
        "previous_member_epoch",
        "state",
    )

    KEY = 8
    VERSIONS = VersionRange(0, 0)
    FLEXIBLE = ALWAYS
    FIELDS = (
        Field("member_epoch", "int32", 0),
        Field("previous_member_epoch", "int32", 0),
        Field("state", "int8", 0),
        Field("assigned_partitions", "struct", (), struct=TopicPartitions, is_array=True),
        Field("partitions_pending_revocation", "struct", (), struct=TopicPartitions, is_array=True),
    )

    def __init__(
        self,
        member_epoch: int = 0,
        previous_member_epoch: int = 0,
        state: int = 0,
        assigned_partitions: list[TopicPartitions] = EMPTY,
        partitions_pending_revocation: list[TopicPartitions] = EMPTY,
    ) -> None:
        self.member_epoch = member_epoch
        self.previous_member_epoch = previous_member_epoch
        self.state = state
        self.assigned_partitions: list[TopicPartitions] = (
            [] if assigned_partitions is EMPTY else assigned_partitions
        )
        self.partitions_pending_revocation: list[TopicPartitions] = (
            [] if partitions_pending_revocation is EMPTY else partitions_pending_revocation
        )


class ConsumerGroupRegularExpressionKey(Message):
    """Versions 0, none of them flexible."""

    __slots__ = ("group_id", "regular_expression")

    KEY = 16
    VERSIONS = VersionRange(0, 0)
    FIELDS = (
        Field("group_id", "string", ""),
        Field("regular_expression", "string", ""),
    )

    def __init__(self, group_id: str = "", regular_expression: str = "") -> None:
        self.group_id = group_id
        self.regular_expression = regular_expression


class ConsumerGroupRegularExpressionValue(Message):
    """Versions 0, all flexible."""

    __slots__ = ("timestamp", "topics", "version")

    KEY = 16
    VERSIONS = VersionRange(0, 0)
    FLEXIBLE = ALWAYS
    FIELDS = (
        Field("topics", "string", (), is_array=True),
        Field("version", "int64", 0),
        Field("timestamp", "int64", 0),
    )

    def __init__(self, topics: list[str] = EMPTY, version: int = 0, timestamp: int = 0) -> None:
        self.topics: list[str] = [] if topics is EMPTY else topics
        self.version = version
        self.timestamp = timestamp
