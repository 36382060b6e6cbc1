"""The messages of schemas/streams_group_records.schema.

Records of streams groups in __consumer_offsets (KIP-1071). A key follows its int16 record type, a
value its int16 version. Nullable tagged fields default to empty here: null is written.

Generated from schemas/streams_group_records.schema by bin/generate: do not edit.
"""

from __future__ import annotations

from wirekafka_protocol.schema import ALWAYS, EMPTY, Field, Message, Struct, VersionRange


class StreamsGroupMetadataKey(Message):
    """Versions 0, none of them flexible."""

    __slots__ = ("group_id",)

    KEY = 17
    VERSIONS = VersionRange(0, 0)
    FIELDS = (
        Field("group_id", "string", ""),
    )

    def __init__(self, group_id: str = "") -> None:
        self.group_id = group_id


class LastAssignmentConfig(Struct):
    __slots__ = ("key", "value")

    FIELDS = (
        Field("key", "string", ""),
        Field("value", "string", ""),
    )

    def __init__(self, key: str = "", value: str = "") -> None:
        self.key = key
        self.value = value


class StreamsGroupMetadataValue(Message):
    """Versions 0, all flexible."""

    __slots__ = ("epoch", "last_assignment_configs", "metadata_hash", "validated_topology_epoch")

    KEY = 17
    VERSIONS = VersionRange(0, 0)
    FLEXIBLE = ALWAYS
    FIELDS = (
        Field("epoch", "int32", 0),
        Field("metadata_hash", "int64", 0),
        Field("validated_topology_epoch", "int32", -1, tag=0, tagged=ALWAYS),
        Field(
            "last_assignment_configs",
            "struct",
            (),
            struct=LastAssignmentConfig,
            is_array=True,
            nullable=ALWAYS,
            tag=1,
            tagged=ALWAYS,
        ),
    )

    def __init__(
        self,
        epoch: int = 0,
        metadata_hash: int = 0,
        validated_topology_epoch: int = -1,
        last_assignment_configs: list[LastAssignmentConfig] | None = EMPTY,
    ) -> None:
        self.epoch = epoch
        self.metadata_hash = metadata_hash
        self.validated_topology_epoch = validated_topology_epoch
        self.last_assignment_configs: list[LastAssignmentConfig] | None = (
            [] if last_assignment_configs is EMPTY else last_assignment_configs
        )


class StreamsGroupMemberMetadataKey(Message):
    """Versions 0, none of them flexible."""

    __slots__ = ("group_id", "member_id")

    KEY = 19
    VERSIONS = VersionRange(0, 0)
    FIELDS = (
        Field("group_id", "string", ""),
        Field("member_id", "string", ""),
    )

    def __init__(self, group_id: str = "", member_id: str = "") -> None:
        self.group_id = group_id
        self.member_id = member_id


class Endpoint(Struct):
    __slots__ = ("host", "port")

    FIELDS = (
        Field("host", "string", ""),
        Field("port", "uint16", 0),
    )

    def __init__(self, host: str = "", port: int = 0) -> None:
        self.host = host
        self.port = port


class KeyValue(Struct):
    __slots__ = ("key", "value")

    FIELDS = (
        Field("key", "string", ""),
        Field("value", "string", ""),
    )

    def __init__(self, key: str = "", value: str = "") -> None:
        self.key = key
        self.value = value


class StreamsGroupMemberMetadataValue(Message):
    """Versions 0, all flexible."""

    __slots__ = (
        "client_host",
        "client_id",
        "client_tags",
        "instance_id",
        "process_id",
        "rack_id",
        "rebalance_timeout_ms",
        "topology_epoch",
        "user_endpoint",
    )

    KEY = 19
    VERSIONS = VersionRange(0, 0)
    FLEXIBLE = ALWAYS
    FIELDS = (
        Field("instance_id", "string", "", nullable=ALWAYS),
        Field("rack_id", "string", "", nullable=ALWAYS),
        Field("client_id", "string", ""),
        Field("client_host", "string", ""),
        Field("rebalance_timeout_ms", "int32", -1),
        Field("topology_epoch", "int32", 0),
        Field("process_id", "string", ""),
        Field("user_endpoint", "struct", None, struct=Endpoint, nullable=ALWAYS),
        Field("client_tags", "struct", (), struct=KeyValue, is_array=True),
    )

    def __init__(
        self,
        instance_id: str | None = "",
        rack_id: str | None = "",
        client_id: str = "",
        client_host: str = "",
        rebalance_timeout_ms: int = -1,
        topology_epoch: int = 0,
        process_id: str = "",
        user_endpoint: Endpoint | None = None,
        client_tags: list[KeyValue] = EMPTY,
    ) -> None:
        self.instance_id = instance_id
        self.rack_id = rack_id
        self.client_id = client_id
        self.client_host = client_host
        self.rebalance_timeout_ms = rebalance_timeout_ms
        self.topology_epoch = topology_epoch
        self.process_id = process_id
        self.user_endpoint = user_endpoint
        self.client_tags: list[KeyValue] = [] if client_tags is EMPTY else client_tags


class StreamsGroupTargetAssignmentMetadataKey(Message):
    """Versions 0, none of them flexible."""

    __slots__ = ("group_id",)

    KEY = 20
    VERSIONS = VersionRange(0, 0)
    FIELDS = (
        Field("group_id", "string", ""),
    )

    def __init__(self, group_id: str = "") -> None:
        self.group_id = group_id


class StreamsGroupTargetAssignmentMetadataValue(Message):
    """Versions 0, all flexible."""

    __slots__ = ("assignment_epoch", "assignment_timestamp")

    KEY = 20
    VERSIONS = VersionRange(0, 0)
    FLEXIBLE = ALWAYS
    FIELDS = (
        Field("assignment_epoch", "int32", 0),
        Field("assignment_timestamp", "int64", 0, tag=0, tagged=ALWAYS),
    )

    def __init__(self, assignment_epoch: int = 0, assignment_timestamp: int = 0) -> None:
        self.assignment_epoch = assignment_epoch
        self.assignment_timestamp = assignment_timestamp


class StreamsGroupTargetAssignmentMemberKey(Message):
    """Versions 0, none of them flexible."""

    __slots__ = ("group_id", "member_id")

    KEY = 21
    VERSIONS = VersionRange(0, 0)
    FIELDS = (
        Field("group_id", "string", ""),
        Field("member_id", "string", ""),
    )

    def __init__(self, group_id: str = "", member_id: str = "") -> None:
        self.group_id = group_id
        self.member_id = member_id


class StreamsGroupTargetAssignmentMemberValueTaskIds(Struct):
    __slots__ = ("partitions", "subtopology_id")

    FIELDS = (
        Field("subtopology_id", "string", ""),
        Field("partitions", "int32", (), is_array=True),
    )

    def __init__(self, subtopology_id: str = "", partitions: list[int] = EMPTY) -> None:
        self.subtopology_id = subtopology_id
        self.partitions: list[int] = [] if partitions is EMPTY else partitions


class StreamsGroupTargetAssignmentMemberValue(Message):
    """Versions 0, all flexible."""

    __slots__ = ("active_tasks", "standby_tasks", "warmup_tasks")

    KEY = 21
    VERSIONS = VersionRange(0, 0)
    FLEXIBLE = ALWAYS
    FIELDS = (
        Field(
            "active_tasks",
            "struct",
            (),
            struct=StreamsGroupTargetAssignmentMemberValueTaskIds,
            is_array=True,
        ),
        Field(
            "standby_tasks",
            "struct",
            (),
            struct=StreamsGroupTargetAssignmentMemberValueTaskIds,
            is_array=True,
        ),
        Field(
            "warmup_tasks",
            "struct",
            (),
            struct=StreamsGroupTargetAssignmentMemberValueTaskIds,
            is_array=True,
        ),
    )

    def __init__(
        self,
        active_tasks: list[StreamsGroupTargetAssignmentMemberValueTaskIds] = EMPTY,
        standby_tasks: list[StreamsGroupTargetAssignmentMemberValueTaskIds] = EMPTY,
        warmup_tasks: list[StreamsGroupTargetAssignmentMemberValueTaskIds] = EMPTY,
    ) -> None:
        self.active_tasks: list[StreamsGroupTargetAssignmentMemberValueTaskIds] = (
            [] if active_tasks is EMPTY else active_tasks
        )
        self.standby_tasks: list[StreamsGroupTargetAssignmentMemberValueTaskIds] = (
            [] if standby_tasks is EMPTY else standby_tasks
        )
        self.warmup_tasks: list[StreamsGroupTargetAssignmentMemberValueTaskIds] = (
            [] if warmup_tasks is EMPTY else warmup_tasks
        )


class StreamsGroupCurrentMemberAssignmentKey(Message):
    """Versions 0, none of them flexible."""

    __slots__ = ("group_id", "member_id")

    KEY = 22
    VERSIONS = VersionRange(0, 0)
    FIELDS = (
        Field("group_id", "string", ""),
        Field("member_id", "string", ""),
    )

    def __init__(self, group_id: str = "", member_id: str = "") -> None:
        self.group_id = group_id
        self.member_id = member_id


class StreamsGroupCurrentMemberAssignmentValueTaskIds(Struct):
    __slots__ = ("assignment_epochs", "partitions", "subtopology_id")

    FIELDS = (
        Field("subtopology_id", "string", ""),
        Field("partitions", "int32", (), is_array=True),
        Field(
            "assignment_epochs", "int32", (), is_array=True, nullable=ALWAYS, tag=0, tagged=ALWAYS
        ),
    )

    def __init__(
        self,
        subtopology_id: str = "",
        partitions: list[int] = EMPTY,
        assignment_epochs: list[int] | None = EMPTY,
    ) -> None:
        self.subtopology_id = subtopology_id
        self.partitions: list[int] = [] if partitions is EMPTY else partitions
        self.assignment_epochs: list[int] | None = (
            [] if assignment_epochs is EMPTY else assignment_epochs
        )


class StreamsGroupCurrentMemberAssignmentValue(Message):
    """Versions 0, all flexible."""

    __slots__ = (
        "active_tasks",
        "active_tasks_pending_revocation",
        "member_epoch",
        "previous_member_epoch",
        "standby_tasks",
        "standby_tasks_pending_revocation",
        "state",
        "warmup_tasks",
        "warmup_tasks_pending_revocation",
    )

    KEY = 22
    VERSIONS = VersionRange(0, 0)
    FLEXIBLE = ALWAYS
    FIELDS = (
        Field("member_epoch", "int32", 0),
        Field("previous_member_epoch", "int32", 0),
        Field("state", "int8", 0),
        Field(
            "active_tasks",
            "struct",
            (),
            struct=StreamsGroupCurrentMemberAssignmentValueTaskIds,
            is_array=True,
        ),
        Field(
            "standby_tasks",
            "struct",
            (),
            struct=StreamsGroupCurrentMemberAssignmentValueTaskIds,
            is_array=True,
        ),
        Field(
            "warmup_tasks",
            "struct",
            (),
            struct=StreamsGroupCurrentMemberAssignmentValueTaskIds,
            is_array=True,
        ),
        Field(
            "active_tasks_pending_revocation",
            "struct",
            (),
            struct=StreamsGroupCurrentMemberAssignmentValueTaskIds,
            is_array=True,
        ),
        Field(
            "standby_tasks_pending_revocation",
            "struct",
            (),
            struct=StreamsGroupCurrentMemberAssignmentValueTaskIds,
            is_array=True,
        ),
        Field(
            "warmup_tasks_pending_revocation",
            "struct",
            (),
            struct=StreamsGroupCurrentMemberAssignmentValueTaskIds,
            is_array=True,
        ),
    )

    def __init__(
        self,
        member_epoch: int = 0,
        previous_member_epoch: int = 0,
        state: int = 0,
        active_tasks: list[StreamsGroupCurrentMemberAssignmentValueTaskIds] = EMPTY,
        standby_tasks: list[StreamsGroupCurrentMemberAssignmentValueTaskIds] = EMPTY,
        warmup_tasks: list[StreamsGroupCurrentMemberAssignmentValueTaskIds] = EMPTY,
        active_tasks_pending_revocation: list[StreamsGroupCurrentMemberAssignmentValueTaskIds] = EMPTY,
        standby_tasks_pending_revocation: list[StreamsGroupCurrentMemberAssignmentValueTaskIds] = EMPTY,
        warmup_tasks_pending_revocation: list[StreamsGroupCurrentMemberAssignmentValueTaskIds] = EMPTY,
    ) -> None:
        self.member_epoch = member_epoch
        self.previous_member_epoch = previous_member_epoch
        self.state = state
        self.active_tasks: list[StreamsGroupCurrentMemberAssignmentValueTaskIds] = (
            [] if active_tasks is EMPTY else active_tasks
        )
        self.standby_tasks: list[StreamsGroupCurrentMemberAssignmentValueTaskIds] = (
            [] if standby_tasks is EMPTY else standby_tasks
        )
        self.warmup_tasks: list[StreamsGroupCurrentMemberAssignmentValueTaskIds] = (
            [] if warmup_tasks is EMPTY else warmup_tasks
        )
        self.active_tasks_pending_revocation: list[StreamsGroupCurrentMemberAssignmentValueTaskIds] = (
            [] if active_tasks_pending_revocation is EMPTY else active_tasks_pending_revocation
        )
        self.standby_tasks_pending_revocation: list[StreamsGroupCurrentMemberAssignmentValueTaskIds] = (
            [] if standby_tasks_pending_revocation is EMPTY else standby_tasks_pending_revocation
        )
        self.warmup_tasks_pending_revocation: list[StreamsGroupCurrentMemberAssignmentValueTaskIds] = (
            [] if warmup_tasks_pending_revocation is EMPTY else warmup_tasks_pending_revocation
        )


class StreamsGroupTopologyKey(Message):
    """Versions 0, none of them flexible."""

    __slots__ = ("group_id",)

    KEY = 23
    VERSIONS = VersionRange(0, 0)
    FIELDS = (
        Field("group_id", "string", ""),
    )

    def __init__(self, group_id: str = "") -> None:
        self.group_id = group_id


class TopicConfig(Struct):
    __slots__ = ("key", "value")

    FIELDS = (
        Field("key", "string", ""),
        Field("value", "string", ""),
    )

    def __init__(self, key: str = "", value: str = "") -> None:
        self.key = key
        self.value = value


class TopicInfo(Struct):
    __slots__ = ("name", "partitions", "replication_factor", "topic_configs")

    FIELDS = (
        Field("name", "string", ""),
        Field("partitions", "int32", 0),
        Field("replication_factor", "int16", 0),
        Field("topic_configs", "struct", (), struct=TopicConfig, is_array=True),
    )

    def __init__(
        self,
        name: str = "",
        partitions: int = 0,
        replication_factor: int = 0,
        topic_configs: list[TopicConfig] = EMPTY,
    ) -> None:
        self.name = name
        self.partitions = partitions
        self.replication_factor = replication_factor
        self.topic_configs: list[TopicConfig] = [] if topic_configs is EMPTY else topic_configs


class CopartitionGroup(Struct):
    __slots__ = ("repartition_source_topics", "source_topic_regex", "source_topics")

    FIELDS = (
        Field("source_topics", "int16", (), is_array=True),
        Field("source_topic_regex", "int16", (), is_array=True),
        Field("repartition_source_topics", "int16", (), is_array=True),
    )

    def __init__(
        self,
        source_topics: list[int] = EMPTY,
        source_topic_regex: list[int] = EMPTY,
        repartition_source_topics: list[int] = EMPTY,
    ) -> None:
        self.source_topics: list[int] = [] if source_topics is EMPTY else source_topics
        self.source_topic_regex: list[int] = (
            [] if source_topic_regex is EMPTY else source_topic_regex
        )
        self.repartition_source_topics: list[int] = (
            [] if repartition_source_topics is EMPTY else repartition_source_topics
        )


class Subtopology(Struct):
    __slots__ = (
        "copartition_groups",
        "repartition_sink_topics",
        "repartition_source_topics",
        "source_topic_regex",
        "source_topics",
        "state_changelog_topics",
        "subtopology_id",
    )

    FIELDS = (
        Field("subtopology_id", "string", ""),
        Field("source_topics", "string", (), is_array=True),
        Field("source_topic_regex", "string", (), is_array=True),
        Field("state_changelog_topics", "struct", (), struct=TopicInfo, is_array=True),
        Field("repartition_sink_topics", "string", (), is_array=True),
        Field("repartition_source_topics", "struct", (), struct=TopicInfo, is_array=True),
        Field("copartition_groups", "struct", (), struct=CopartitionGroup, is_array=True),
    )

    def __init__(
        self,
        subtopology_id: str = "",
        source_topics: list[str] = EMPTY,
        source_topic_regex: list[str] = EMPTY,
        state_changelog_topics: list[TopicInfo] = EMPTY,
        repartition_sink_topics: list[str] = EMPTY,
        repartition_source_topics: list[TopicInfo] = EMPTY,
        copartition_groups: list[CopartitionGroup] = EMPTY,
    ) -> None:
        self.subtopology_id = subtopology_id
        self.source_topics: list[str] = [] if source_topics is EMPTY else source_topics
        self.source_topic_regex: list[str] = (
            [] if source_topic_regex is EMPTY else source_topic_regex
        )
        self.state_changelog_topics: list[TopicInfo] = (
            [] if state_changelog_topics is EMPTY else state_changelog_topics
        )
        self.repartition_sink_topics: list[str] = (
            [] if repartition_sink_topics is EMPTY else repartition_sink_topics
        )
        self.repartition_source_topics: list[TopicInfo] = (
            [] if repartition_source_topics is EMPTY else repartition_source_topics
        )
        self.copartition_groups: list[CopartitionGroup] = (
            [] if copartition_groups is EMPTY else copartition_groups
        )


class StreamsGroupTopologyValue(Message):
    """Versions 0, all flexible."""

    __slots__ = ("epoch", "subtopologies")

    KEY = 23
    VERSIONS = VersionRange(0, 0)
    FLEXIBLE = ALWAYS
    FIELDS = (
        Field("epoch", "int32", 0),
        Field("subtopologies", "struct", (), struct=Subtopology, is_array=True),
    )

    def __init__(self, epoch: int = 0, subtopologies: list[Subtopology] = EMPTY) -> None:
        self.epoch = epoch
        self.subtopologies: list[Subtopology] = [] if subtopologies is EMPTY else subtopologies
