"""The messages of ShareGroupDescribe, API key 77.

State, members and assignments of share groups (KIP-932).

Generated from schemas/share_group_describe.schema by bin/generate: do not edit.
"""

from __future__ import annotations

from wirekafka_protocol.schema import ALWAYS, EMPTY, Field, Message, Struct, VersionRange
from wirekafka_protocol.uuids import ZERO_UUID


class ShareGroupDescribeRequest(Message):
    """Versions 1, all flexible."""

    __slots__ = ("group_ids", "include_authorized_operations")

    KEY = 77
    VERSIONS = VersionRange(1, 1)
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


class TopicPartitions(Struct):
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


class Assignment(Struct):
    __slots__ = ("topic_partitions",)

    FIELDS = (
        Field("topic_partitions", "struct", (), struct=TopicPartitions, is_array=True),
    )

    def __init__(self, topic_partitions: list[TopicPartitions] = EMPTY) -> None:
        self.topic_partitions: list[TopicPartitions] = (
            [] if topic_partitions is EMPTY else topic_partitions
        )


class Member(Struct):
    __slots__ = (
        "assignment",
        "client_host",
        "client_id",
        "member_epoch",
        "member_id",
        "rack_id",
        "subscribed_topic_names",
    )

    FIELDS = (
        Field("member_id", "string", ""),
        Field("rack_id", "string", None, nullable=ALWAYS),
        Field("member_epoch", "int32", 0),
        Field("client_id", "string", ""),
        Field("client_host", "string", ""),
        Field("subscribed_topic_names", "string", (), is_array=True),
        Field("assignment", "struct", (), struct=Assignment),
    )

    def __init__(
        self,
        member_id: str = "",
        rack_id: str | None = None,
        member_epoch: int = 0,
        client_id: str = "",
        client_host: str = "",
        subscribed_topic_names: list[str] = EMPTY,
        assignment: Assignment | None = None,
    ) -> None:
        self.member_id = member_id
        self.rack_id = rack_id
        self.member_epoch = member_epoch
        self.client_id = client_id
        self.client_host = client_host
        self.subscribed_topic_names: list[str] = (
            [] if subscribed_topic_names is EMPTY else subscribed_topic_names
        )
        self.assignment = Assignment() if assignment is None else assignment


class DescribedGroup(Struct):
    __slots__ = (
        "assignment_epoch",
        "assignor_name",
        "authorized_operations",
        "error_code",
        "error_message",
        "group_epoch",
        "group_id",
        "group_state",
        "members",
    )

    FIELDS = (
        Field("error_code", "int16", 0),
        Field("error_message", "string", None, nullable=ALWAYS),
        Field("group_id", "string", ""),
        Field("group_state", "string", ""),
        Field("group_epoch", "int32", 0),
        Field("assignment_epoch", "int32", 0),
        Field("assignor_name", "string", ""),
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
        assignor_name: str = "",
        members: list[Member] = EMPTY,
        authorized_operations: int = -2147483648,
    ) -> None:
        self.error_code = error_code
        self.error_message = error_message
        self.group_id = group_id
        self.group_state = group_state
        self.group_epoch = group_epoch
        self.assignment_epoch = assignment_epoch
        self.assignor_name = assignor_name
        self.members: list[Member] = [] if members is EMPTY else members
        self.authorized_operations = authorized_operations


class ShareGroupDescribeResponse(Message):
    """Versions 1, all flexible."""

    __slots__ = ("groups", "throttle_time_ms")

    KEY = 77
    VERSIONS = VersionRange(1, 1)
    FLEXIBLE = ALWAYS
    FIELDS = (
        Field("throttle_time_ms", "int32", 0),
        Field("groups", "struct", (), struct=DescribedGroup, is_array=True),
    )

    def __init__(self, throttle_time_ms: int = 0, groups: list[DescribedGroup] = EMPTY) -> None:
        self.throttle_time_ms = throttle_time_ms
        self.groups: list[DescribedGroup] = [] if groups is EMPTY else groups
