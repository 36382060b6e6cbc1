"""The messages of ConsumerGroupHeartbeat, API key 68.

The new consumer protocol (KIP-848): join, leave, subscribe and acknowledge in one request; null
fields have not changed since the last one. 1 has regular expressions, and members make their own
ids (KIP-1082).

Generated from schemas/consumer_group_heartbeat.schema by bin/generate: do not edit.
"""

from __future__ import annotations

from wirekafka_protocol.schema import ALWAYS, EMPTY, Field, Message, Struct, VersionRange
from wirekafka_protocol.uuids import ZERO_UUID


class TopicPartitions(Struct):
    __slots__ = ("partitions", "topic_id")

    FIELDS = (
        Field("topic_id", "uuid", ZERO_UUID),
        Field("partitions", "int32", (), is_array=True),
    )

    def __init__(self, topic_id: bytes = ZERO_UUID, partitions: list[int] = EMPTY) -> None:
        self.topic_id = topic_id
        self.partitions: list[int] = [] if partitions is EMPTY else partitions


class ConsumerGroupHeartbeatRequest(Message):
    """Versions 0-1, all flexible."""

    __slots__ = (
        "group_id",
        "instance_id",
        "member_epoch",
        "member_id",
        "rack_id",
        "rebalance_timeout_ms",
        "server_assignor",
        "subscribed_topic_names",
        "subscribed_topic_regex",
        "topic_partitions",
    )

    KEY = 68
    VERSIONS = VersionRange(0, 1)
    FLEXIBLE = ALWAYS
    FIELDS = (
        Field("group_id", "string", ""),
        Field("member_id", "string", ""),
        Field("member_epoch", "int32", 0),
        Field("instance_id", "string", None, nullable=ALWAYS),
        Field("rack_id", "string", None, nullable=ALWAYS),
        Field("rebalance_timeout_ms", "int32", -1),
        Field("subscribed_topic_names", "string", None, is_array=True, nullable=ALWAYS),
        Field("subscribed_topic_regex", "string", None, versions=VersionRange(1), nullable=ALWAYS),
        Field("server_assignor", "string", None, nullable=ALWAYS),
        Field(
            "topic_partitions",
            "struct",
            None,
            struct=TopicPartitions,
            is_array=True,
            nullable=ALWAYS,
        ),
    )

    def __init__(
        self,
        group_id: str = "",
        member_id: str = "",
        member_epoch: int = 0,
        instance_id: str | None = None,
        rack_id: str | None = None,
        rebalance_timeout_ms: int = -1,
        subscribed_topic_names: list[str] | None = None,
        subscribed_topic_regex: str | None = None,
        server_assignor: str | None = None,
        topic_partitions: list[TopicPartitions] | None = None,
    ) -> None:
        self.group_id = group_id
        self.member_id = member_id
        self.member_epoch = member_epoch
        self.instance_id = instance_id
        self.rack_id = rack_id
        self.rebalance_timeout_ms = rebalance_timeout_ms
        self.subscribed_topic_names = subscribed_topic_names
        self.subscribed_topic_regex = subscribed_topic_regex
        self.server_assignor = server_assignor
        self.topic_partitions = topic_partitions


class Assignment(Struct):
    __slots__ = ("topic_partitions",)

    FIELDS = (
        Field("topic_partitions", "struct", (), struct=TopicPartitions, is_array=True),
    )

    def __init__(self, topic_partitions: list[TopicPartitions] = EMPTY) -> None:
        self.topic_partitions: list[TopicPartitions] = (
            [] if topic_partitions is EMPTY else topic_partitions
        )


class ConsumerGroupHeartbeatResponse(Message):
    """Versions 0-1, all flexible."""

    __slots__ = (
        "assignment",
        "error_code",
        "error_message",
        "heartbeat_interval_ms",
        "member_epoch",
        "member_id",
        "throttle_time_ms",
    )

    KEY = 68
    VERSIONS = VersionRange(0, 1)
    FLEXIBLE = ALWAYS
    FIELDS = (
        Field("throttle_time_ms", "int32", 0),
        Field("error_code", "int16", 0),
        Field("error_message", "string", None, nullable=ALWAYS),
        Field("member_id", "string", None, nullable=ALWAYS),
        Field("member_epoch", "int32", 0),
        Field("heartbeat_interval_ms", "int32", 0),
        Field("assignment", "struct", None, struct=Assignment, nullable=ALWAYS),
    )

    def __init__(
        self,
        throttle_time_ms: int = 0,
        error_code: int = 0,
        error_message: str | None = None,
        member_id: str | None = None,
        member_epoch: int = 0,
        heartbeat_interval_ms: int = 0,
        assignment: Assignment | None = None,
    ) -> None:
        self.throttle_time_ms = throttle_time_ms
        self.error_code = error_code
        self.error_message = error_message
        self.member_id = member_id
        self.member_epoch = member_epoch
        self.heartbeat_interval_ms = heartbeat_interval_ms
        self.assignment = assignment
