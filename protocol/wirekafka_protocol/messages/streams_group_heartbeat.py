"""The messages of StreamsGroupHeartbeat, API key 88.

The rebalance protocol of Kafka Streams (KIP-1071): members bring their topology and get tasks;
null fields have not changed since the last heartbeat.

Generated from schemas/streams_group_heartbeat.schema by bin/generate: do not edit.
"""

from __future__ import annotations

from wirekafka_protocol.schema import ALWAYS, EMPTY, Field, Message, Struct, VersionRange


class KeyValue(Struct):
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
        Field("topic_configs", "struct", (), struct=KeyValue, is_array=True),
    )

    def __init__(
        self,
        name: str = "",
        partitions: int = 0,
        replication_factor: int = 0,
        topic_configs: list[KeyValue] = EMPTY,
    ) -> None:
        self.name = name
        self.partitions = partitions
        self.replication_factor = replication_factor
        self.topic_configs: list[KeyValue] = [] if topic_configs is EMPTY else topic_configs


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


class Topology(Struct):
    __slots__ = ("epoch", "subtopologies")

    FIELDS = (
        Field("epoch", "int32", 0),
        Field("subtopologies", "struct", (), struct=Subtopology, is_array=True),
    )

    def __init__(self, epoch: int = 0, subtopologies: list[Subtopology] = EMPTY) -> None:
        self.epoch = epoch
        self.subtopologies: list[Subtopology] = [] if subtopologies is EMPTY else subtopologies


class TaskIds(Struct):
    __slots__ = ("partitions", "subtopology_id")

    FIELDS = (
        Field("subtopology_id", "string", ""),
        Field("partitions", "int32", (), is_array=True),
    )

    def __init__(self, subtopology_id: str = "", partitions: list[int] = EMPTY) -> None:
        self.subtopology_id = subtopology_id
        self.partitions: list[int] = [] if partitions is EMPTY else partitions


class Endpoint(Struct):
    __slots__ = ("host", "port")

    FIELDS = (
        Field("host", "string", ""),
        Field("port", "uint16", 0),
    )

    def __init__(self, host: str = "", port: int = 0) -> None:
        self.host = host
        self.port = port


class TaskOffset(Struct):
    __slots__ = ("offset", "partition", "subtopology_id")

    FIELDS = (
        Field("subtopology_id", "string", ""),
        Field("partition", "int32", 0),
        Field("offset", "int64", 0),
    )

    def __init__(self, subtopology_id: str = "", partition: int = 0, offset: int = 0) -> None:
        self.subtopology_id = subtopology_id
        self.partition = partition
        self.offset = offset


class StreamsGroupHeartbeatRequest(Message):
    """Versions 0, all flexible."""

    __slots__ = (
        "active_tasks",
        "client_tags",
        "endpoint_information_epoch",
        "group_id",
        "instance_id",
        "member_epoch",
        "member_id",
        "process_id",
        "rack_id",
        "rebalance_timeout_ms",
        "shutdown_application",
        "standby_tasks",
        "task_end_offsets",
        "task_offsets",
        "topology",
        "user_endpoint",
        "warmup_tasks",
    )

    KEY = 88
    VERSIONS = VersionRange(0, 0)
    FLEXIBLE = ALWAYS
    FIELDS = (
        Field("group_id", "string", ""),
        Field("member_id", "string", ""),
        Field("member_epoch", "int32", 0),
        Field("endpoint_information_epoch", "int32", 0),
        Field("instance_id", "string", None, nullable=ALWAYS),
        Field("rack_id", "string", None, nullable=ALWAYS),
        Field("rebalance_timeout_ms", "int32", -1),
        Field("topology", "struct", None, struct=Topology, nullable=ALWAYS),
        Field("active_tasks", "struct", None, struct=TaskIds, is_array=True, nullable=ALWAYS),
        Field("standby_tasks", "struct", None, struct=TaskIds, is_array=True, nullable=ALWAYS),
        Field("warmup_tasks", "struct", None, struct=TaskIds, is_array=True, nullable=ALWAYS),
        Field("process_id", "string", None, nullable=ALWAYS),
        Field("user_endpoint", "struct", None, struct=Endpoint, nullable=ALWAYS),
        Field("client_tags", "struct", None, struct=KeyValue, is_array=True, nullable=ALWAYS),
        Field("task_offsets", "struct", None, struct=TaskOffset, is_array=True, nullable=ALWAYS),
        Field(
            "task_end_offsets", "struct", None, struct=TaskOffset, is_array=True, nullable=ALWAYS
        ),
        Field("shutdown_application", "bool", False),
    )

    def __init__(
        self,
        group_id: str = "",
        member_id: str = "",
        member_epoch: int = 0,
        endpoint_information_epoch: int = 0,
        instance_id: str | None = None,
        rack_id: str | None = None,
        rebalance_timeout_ms: int = -1,
        topology: Topology | None = None,
        active_tasks: list[TaskIds] | None = None,
        standby_tasks: list[TaskIds] | None = None,
        warmup_tasks: list[TaskIds] | None = None,
        process_id: str | None = None,
        user_endpoint: Endpoint | None = None,
        client_tags: list[KeyValue] | None = None,
        task_offsets: list[TaskOffset] | None = None,
        task_end_offsets: list[TaskOffset] | None = None,
        shutdown_application: bool = False,
    ) -> None:
        self.group_id = group_id
        self.member_id = member_id
        self.member_epoch = member_epoch
        self.endpoint_information_epoch = endpoint_information_epoch
        self.instance_id = instance_id
        self.rack_id = rack_id
        self.rebalance_timeout_ms = rebalance_timeout_ms
        self.topology = topology
        self.active_tasks = active_tasks
        self.standby_tasks = standby_tasks
        self.warmup_tasks = warmup_tasks
        self.process_id = process_id
        self.user_endpoint = user_endpoint
        self.client_tags = client_tags
        self.task_offsets = task_offsets
        self.task_end_offsets = task_end_offsets
        self.shutdown_application = shutdown_application


class Status(Struct):
    __slots__ = ("status_code", "status_detail")

    FIELDS = (
        Field("status_code", "int8", 0),
        Field("status_detail", "string", ""),
    )

    def __init__(self, status_code: int = 0, status_detail: str = "") -> None:
        self.status_code = status_code
        self.status_detail = status_detail


class TopicPartition(Struct):
    __slots__ = ("partitions", "topic")

    FIELDS = (
        Field("topic", "string", ""),
        Field("partitions", "int32", (), is_array=True),
    )

    def __init__(self, topic: str = "", partitions: list[int] = EMPTY) -> None:
        self.topic = topic
        self.partitions: list[int] = [] if partitions is EMPTY else partitions


class EndpointToPartitions(Struct):
    __slots__ = ("active_partitions", "standby_partitions", "user_endpoint")

    FIELDS = (
        Field("user_endpoint", "struct", (), struct=Endpoint),
        Field("active_partitions", "struct", (), struct=TopicPartition, is_array=True),
        Field("standby_partitions", "struct", (), struct=TopicPartition, is_array=True),
    )

    def __init__(
        self,
        user_endpoint: Endpoint | None = None,
        active_partitions: list[TopicPartition] = EMPTY,
        standby_partitions: list[TopicPartition] = EMPTY,
    ) -> None:
        self.user_endpoint = Endpoint() if user_endpoint is None else user_endpoint
        self.active_partitions: list[TopicPartition] = (
            [] if active_partitions is EMPTY else active_partitions
        )
        self.standby_partitions: list[TopicPartition] = (
            [] if standby_partitions is EMPTY else standby_partitions
        )


class StreamsGroupHeartbeatResponse(Message):
    """Versions 0, all flexible."""

    __slots__ = (
        "acceptable_recovery_lag",
        "active_tasks",
        "endpoint_information_epoch",
        "error_code",
        "error_message",
        "heartbeat_interval_ms",
        "member_epoch",
        "member_id",
        "partitions_by_user_endpoint",
        "standby_tasks",
        "status",
        "task_offset_interval_ms",
        "throttle_time_ms",
        "warmup_tasks",
    )

    KEY = 88
    VERSIONS = VersionRange(0, 0)
    FLEXIBLE = ALWAYS
    FIELDS = (
        Field("throttle_time_ms", "int32", 0),
        Field("error_code", "int16", 0),
        Field("error_message", "string", None, nullable=ALWAYS),
        Field("member_id", "string", ""),
        Field("member_epoch", "int32", 0),
        Field("heartbeat_interval_ms", "int32", 0),
        Field("acceptable_recovery_lag", "int32", 0),
        Field("task_offset_interval_ms", "int32", 0),
        Field("status", "struct", (), struct=Status, is_array=True, nullable=ALWAYS),
        Field("active_tasks", "struct", None, struct=TaskIds, is_array=True, nullable=ALWAYS),
        Field("standby_tasks", "struct", None, struct=TaskIds, is_array=True, nullable=ALWAYS),
        Field("warmup_tasks", "struct", None, struct=TaskIds, is_array=True, nullable=ALWAYS),
        Field("endpoint_information_epoch", "int32", 0),
        Field(
            "partitions_by_user_endpoint",
            "struct",
            None,
            struct=EndpointToPartitions,
            is_array=True,
            nullable=ALWAYS,
        ),
    )

    def __init__(
        self,
        throttle_time_ms: int = 0,
        error_code: int = 0,
        error_message: str | None = None,
        member_id: str = "",
        member_epoch: int = 0,
        heartbeat_interval_ms: int = 0,
        acceptable_recovery_lag: int = 0,
        task_offset_interval_ms: int = 0,
        status: list[Status] | None = EMPTY,
        active_tasks: list[TaskIds] | None = None,
        standby_tasks: list[TaskIds] | None = None,
        warmup_tasks: list[TaskIds] | None = None,
        endpoint_information_epoch: int = 0,
        partitions_by_user_endpoint: list[EndpointToPartitions] | None = None,
    ) -> None:
        self.throttle_time_ms = throttle_time_ms
        self.error_code = error_code
        self.error_message = error_message
        self.member_id = member_id
        self.member_epoch = member_epoch
        self.heartbeat_interval_ms = heartbeat_interval_ms
        self.acceptable_recovery_lag = acceptable_recovery_lag
        self.task_offset_interval_ms = task_offset_interval_ms
        self.status: list[Status] | None = [] if status is EMPTY else status
        self.active_tasks = active_tasks
        self.standby_tasks = standby_tasks
        self.warmup_tasks = warmup_tasks
        self.endpoint_information_epoch = endpoint_information_epoch
        self.partitions_by_user_endpoint = partitions_by_user_endpoint
