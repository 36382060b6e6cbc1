"""The messages of StreamsGroupDescribe, API key 89.

State, topology, members and tasks of streams groups (KIP-1071).

Generated from schemas/streams_group_describe.schema by bin/generate: do not edit.
"""

from __future__ import annotations

from wirekafka_protocol.schema import ALWAYS, EMPTY, Field, Message, Struct, VersionRange


class StreamsGroupDescribeRequest(Message):
    """Versions 0, all flexible."""

    __slots__ = ("group_ids", "include_authorized_operations")

    KEY = 89
    VERSIONS = VersionRange(0, 0)
    FLEXIBLE = ALWAYS
    FIELDS = (
        Field("group_ids", "string", (), is_array=True),
        Field("include_authorized_operations", "bool", False),
    )

    def __init__(
        self, group_ids: list[str] = EMPTY, include_authorized_operations: bool = False
    ) -> None:
        self.group_ids: list[str] = [] if group_ids is EMPTY else group_ids
        self.include_authorized_operations = include_authorized_operations


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


class Subtopology(Struct):
    __slots__ = (
        "repartition_sink_topics",
        "repartition_source_topics",
        "source_topics",
        "state_changelog_topics",
        "subtopology_id",
    )

    FIELDS = (
        Field("subtopology_id", "string", ""),
        Field("source_topics", "string", (), is_array=True),
        Field("repartition_sink_topics", "string", (), is_array=True),
        Field("state_changelog_topics", "struct", (), struct=TopicInfo, is_array=True),
        Field("repartition_source_topics", "struct", (), struct=TopicInfo, is_array=True),
    )

    def __init__(
        self,
        subtopology_id: str = "",
        source_topics: list[str] = EMPTY,
        repartition_sink_topics: list[str] = EMPTY,
        state_changelog_topics: list[TopicInfo] = EMPTY,
        repartition_source_topics: list[TopicInfo] = EMPTY,
    ) -> None:
        self.subtopology_id = subtopology_id
        self.source_topics: list[str] = [] if source_topics is EMPTY else source_topics
        self.repartition_sink_topics: list[str] = (
            [] if repartition_sink_topics is EMPTY else repartition_sink_topics
        )
        self.state_changelog_topics: list[TopicInfo] = (
            [] if state_changelog_topics is EMPTY else state_changelog_topics
        )
        self.repartition_source_topics: list[TopicInfo] = (
            [] if repartition_source_topics is EMPTY else repartition_source_topics
        )


class Topology(Struct):
    __slots__ = ("epoch", "subtopologies")

    FIELDS = (
        Field("epoch", "int32", 0),
        Field("subtopologies", "struct", None, struct=Subtopology, is_array=True, nullable=ALWAYS),
    )

    def __init__(self, epoch: int = 0, subtopologies: list[Subtopology] | None = None) -> None:
        self.epoch = epoch
        self.subtopologies = subtopologies


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


class TaskIds(Struct):
    __slots__ = ("partitions", "subtopology_id")

    FIELDS = (
        Field("subtopology_id", "string", ""),
        Field("partitions", "int32", (), is_array=True),
    )

    def __init__(self, subtopology_id: str = "", partitions: list[int] = EMPTY) -> None:
        self.subtopology_id = subtopology_id
        self.partitions: list[int] = [] if partitions is EMPTY else partitions


class Assignment(Struct):
    __slots__ = ("active_tasks", "standby_tasks", "warmup_tasks")

    FIELDS = (
        Field("active_tasks", "struct", (), struct=TaskIds, is_array=True),
        Field("standby_tasks", "struct", (), struct=TaskIds, is_array=True),
        Field("warmup_tasks", "struct", (), struct=TaskIds, is_array=True),
    )

    def __init__(
        self,
        active_tasks: list[TaskIds] = EMPTY,
        standby_tasks: list[TaskIds] = EMPTY,
        warmup_tasks: list[TaskIds] = EMPTY,
    ) -> None:
        self.active_tasks: list[TaskIds] = [] if active_tasks is EMPTY else active_tasks
        self.standby_tasks: list[TaskIds] = [] if standby_tasks is EMPTY else standby_tasks
        self.warmup_tasks: list[TaskIds] = [] if warmup_tasks is EMPTY else warmup_tasks


class Member(Struct):
    __slots__ = (
        "assignment",
        "client_host",
        "client_id",
        "client_tags",
        "instance_id",
        "is_classic",
        "member_epoch",
        "member_id",
        "process_id",
        "rack_id",
        "target_assignment",
        "task_end_offsets",
        "task_offsets",
        "topology_epoch",
        "user_endpoint",
    )

    FIELDS = (
        Field("member_id", "string", ""),
        Field("member_epoch", "int32", 0),
        Field("instance_id", "string", None, nullable=ALWAYS),
        Field("rack_id", "string", None, nullable=ALWAYS),
        Field("client_id", "string", ""),
        Field("client_host", "string", ""),
        Field("topology_epoch", "int32", 0),
        Field("process_id", "string", ""),
        Field("user_endpoint", "struct", None, struct=Endpoint, nullable=ALWAYS),
        Field("client_tags", "struct", (), struct=KeyValue, is_array=True),
        Field("task_offsets", "struct", (), struct=TaskOffset, is_array=True),
        Field("task_end_offsets", "struct", (), struct=TaskOffset, is_array=True),
        Field("assignment", "struct", (), struct=Assignment),
        Field("target_assignment", "struct", (), struct=Assignment),
        Field("is_classic", "bool", False),
    )

    def __init__(
        self,
        member_id: str = "",
        member_epoch: int = 0,
        instance_id: str | None = None,
        rack_id: str | None = None,
        client_id: str = "",
        client_host: str = "",
        topology_epoch: int = 0,
        process_id: str = "",
        user_endpoint: Endpoint | None = None,
        client_tags: list[KeyValue] = EMPTY,
        task_offsets: list[TaskOffset] = EMPTY,
        task_end_offsets: list[TaskOffset] = EMPTY,
        assignment: Assignment | None = None,
        target_assignment: Assignment | None = None,
        is_classic: bool = False,
    ) -> None:
        self.member_id = member_id
        self.member_epoch = member_epoch
        self.instance_id = instance_id
        self.rack_id = rack_id
        self.client_id = client_id
        self.client_host = client_host
        self.topology_epoch = topology_epoch
        self.process_id = process_id
        self.user_endpoint = user_endpoint
        self.client_tags: list[KeyValue] = [] if client_tags is EMPTY else client_tags
        self.task_offsets: list[TaskOffset] = [] if task_offsets is EMPTY else task_offsets
        self.task_end_offsets: list[TaskOffset] = (
            [] if task_end_offsets is EMPTY else task_end_offsets
        )
        self.assignment = Assignment() if assignment is None else assignment
        self.target_assignment = Assignment() if target_assignment is None else target_assignment
        self.is_classic = is_classic


class DescribedGroup(Struct):
    __slots__ = (
        "assignment_epoch",
        "authorized_operations",
        "error_code",
        "error_message",
        "group_epoch",
        "group_id",
        "group_state",
        "members",
        "topology",
    )

    FIELDS = (
        Field("error_code", "int16", 0),
        Field("error_message", "string", None, nullable=ALWAYS),
        Field("group_id", "string", ""),
        Field("group_state", "string", ""),
        Field("group_epoch", "int32", 0),
        Field("assignment_epoch", "int32", 0),
        Field("topology", "struct", None, struct=Topology, nullable=ALWAYS),
        Field("members", "struct", (), struct=Member, is_array=True),
        Field("authorized_operations", "int32", -2147483648),
    )

    def __init__(
        self,
        error_code: int = 0,
        error_message: str | None = None,
        group_id: str = "",
        group_state: str = "",
        group_epoch: int = 0,
        assignment_epoch: int = 0,
        topology: Topology | None = None,
        members: list[Member] = EMPTY,
        authorized_operations: int = -2147483648,
    ) -> None:
        self.error_code = error_code
        self.error_message = error_message
        self.group_id = group_id
        self.group_state = group_state
        self.group_epoch = group_epoch
        self.assignment_epoch = assignment_epoch
        self.topology = topology
        self.members: list[Member] = [] if members is EMPTY else members
        self.authorized_operations = authorized_operations


class StreamsGroupDescribeResponse(Message):
    """Versions 0, all flexible."""

    __slots__ = ("groups", "throttle_time_ms")

    KEY = 89
    VERSIONS = VersionRange(0, 0)
    FLEXIBLE = ALWAYS
    FIELDS = (
        Field("throttle_time_ms", "int32", 0),
        Field("groups", "struct", (), struct=DescribedGroup, is_array=True),
    )

    def __init__(self, throttle_time_ms: int = 0, groups: list[DescribedGroup] = EMPTY) -> None:
        self.throttle_time_ms = throttle_time_ms
        self.groups: list[DescribedGroup] = [] if groups is EMPTY else groups
