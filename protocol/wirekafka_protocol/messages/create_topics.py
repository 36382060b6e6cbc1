"""The messages of CreateTopics, API key 19.

Creates topics, with counts or with explicit replica assignments. 4 allows broker defaults (-1); 5
answers with the resulting configuration (KIP-525); 7 with the topic id (KIP-516).

Generated from schemas/create_topics.schema by bin/generate: do not edit.
"""

from __future__ import annotations

from wirekafka_protocol.schema import ALWAYS, EMPTY, Field, Message, Struct, VersionRange
from wirekafka_protocol.uuids import ZERO_UUID


class CreatableReplicaAssignment(Struct):
    __slots__ = ("broker_ids", "partition_index")

    FIELDS = (
        Field("partition_index", "int32", 0),
        Field("broker_ids", "int32", (), is_array=True),
    )

    def __init__(self, partition_index: int = 0, broker_ids: list[int] = EMPTY) -> None:
        self.partition_index = partition_index
        self.broker_ids: list[int] = [] if broker_ids is EMPTY else broker_ids


class CreatableTopicConfig(Struct):
    __slots__ = ("name", "value")

    FIELDS = (
        Field("name", "string", ""),
        Field("value", "string", "", nullable=ALWAYS),
    )

    def __init__(self, name: str = "", value: str | None = "") -> None:
        self.name = name
        self.value = value


class CreatableTopic(Struct):
    __slots__ = ("assignments", "configs", "name", "num_partitions", "replication_factor")

    FIELDS = (
        Field("name", "string", ""),
        Field("num_partitions", "int32", 0),
        Field("replication_factor", "int16", 0),
        Field("assignments", "struct", (), struct=CreatableReplicaAssignment, is_array=True),
        Field("configs", "struct", (), struct=CreatableTopicConfig, is_array=True),
    )

    def __init__(
        self,
        name: str = "",
        num_partitions: int = 0,
        replication_factor: int = 0,
        assignments: list[CreatableReplicaAssignment] = EMPTY,
        configs: list[CreatableTopicConfig] = EMPTY,
    ) -> None:
        self.name = name
        self.num_partitions = num_partitions
        self.replication_factor = replication_factor
        self.assignments: list[CreatableReplicaAssignment] = (
            [] if assignments is EMPTY else assignments
        )
        self.configs: list[CreatableTopicConfig] = [] if configs is EMPTY else configs


class CreateTopicsRequest(Message):
    """Versions 2-7, flexible from 5."""

    __slots__ = ("timeout_ms", "topics", "validate_only")

    KEY = 19
    VERSIONS = VersionRange(2, 7)
    FLEXIBLE = VersionRange(5)
    FIELDS = (
        Field("topics", "struct", (), struct=CreatableTopic, is_array=True),
        Field("timeout_ms", "int32", 60000),
        Field("validate_only", "bool", False),
    )

    def __init__(
        self,
        topics: list[CreatableTopic] = EMPTY,
        timeout_ms: int = 60000,
        validate_only: bool = False,
    ) -> None:
        self.topics: list[CreatableTopic] = [] if topics is EMPTY else topics
        self.timeout_ms = timeout_ms
        self.validate_only = validate_only


class CreatableTopicConfigs(Struct):
    __slots__ = ("config_source", "is_sensitive", "name", "read_only", "value")

    FIELDS = (
        Field("name", "string", ""),
        Field("value", "string", "", nullable=ALWAYS),
        Field("read_only", "bool", False),
        Field("config_source", "int8", -1),
        Field("is_sensitive", "bool", False),
    )

    def __init__(
        self,
        name: str = "",
        value: str | None = "",
        read_only: bool = False,
        config_source: int = -1,
        is_sensitive: bool = False,
    ) -> None:
        self.name = name
        self.value = value
        self.read_only = read_only
        self.config_source = config_source
        self.is_sensitive = is_sensitive


class CreatableTopicResult(Struct):
    __slots__ = (
        "configs",
        "error_code",
        "error_message",
        "name",
        "num_partitions",
        "replication_factor",
        "topic_config_error_code",
        "topic_id",
    )

    FIELDS = (
        Field("name", "string", ""),
        Field("topic_id", "uuid", ZERO_UUID, versions=VersionRange(7)),
        Field("error_code", "int16", 0),
        Field("error_message", "string", "", nullable=ALWAYS),
        Field(
            "topic_config_error_code",
            "int16",
            0,
            versions=VersionRange(5),
            tag=0,
            tagged=VersionRange(5),
        ),
        Field("num_partitions", "int32", -1, versions=VersionRange(5)),
        Field("replication_factor", "int16", -1, versions=VersionRange(5)),
        Field(
            "configs",
            "struct",
            (),
            struct=CreatableTopicConfigs,
            is_array=True,
            versions=VersionRange(5),
            nullable=ALWAYS,
        ),
    )

    def __init__(
        self,
        name: str = "",
        topic_id: bytes = ZERO_UUID,
        error_code: int = 0,
        error_message: str | None = "",
        topic_config_error_code: int = 0,
        num_partitions: int = -1,
        replication_factor: int = -1,
        configs: list[CreatableTopicConfigs] | None = EMPTY,
    ) -> None:
        self.name = name
        self.topic_id = topic_id
        self.error_code = error_code
        self.error_message = error_message
        self.topic_config_error_code = topic_config_error_code
        self.num_partitions = num_partitions
        self.replication_factor = replication_factor
        self.configs: list[CreatableTopicConfigs] | None = [] if configs is EMPTY else configs


class CreateTopicsResponse(Message):
    """Versions 2-7, flexible from 5."""

    __slots__ = ("throttle_time_ms", "topics")

    KEY = 19
    VERSIONS = VersionRange(2, 7)
    FLEXIBLE = VersionRange(5)
    FIELDS = (
        Field("throttle_time_ms", "int32", 0),
        Field("topics", "struct", (), struct=CreatableTopicResult, is_array=True),
    )

    def __init__(
        self, throttle_time_ms: int = 0, topics: list[CreatableTopicResult] = EMPTY
    ) -> None:
        self.throttle_time_ms = throttle_time_ms
        self.topics: list[CreatableTopicResult] = [] if topics is EMPTY else topics
