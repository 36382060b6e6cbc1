"""The messages of DeleteShareGroupOffsets, API key 92.

Deletes offsets of an empty share group by topic (KIP-932).

Generated from schemas/delete_share_group_offsets.schema by bin/generate: do not edit.
"""

from __future__ import annotations

from wirekafka_protocol.schema import ALWAYS, EMPTY, Field, Message, Struct, VersionRange
from wirekafka_protocol.uuids import ZERO_UUID


class DeleteShareGroupOffsetsRequestTopic(Struct):
    __slots__ = ("topic_name",)

    FIELDS = (
        Field("topic_name", "string", ""),
    )

    def __init__(self, topic_name: str = "") -> None:
        self.topic_name = topic_name


class DeleteShareGroupOffsetsRequest(Message):
    """Versions 0, all flexible."""

    __slots__ = ("group_id", "topics")

    KEY = 92
    VERSIONS = VersionRange(0, 0)
    FLEXIBLE = ALWAYS
    FIELDS = (
        Field("group_id", "string", ""),
        Field("topics", "struct", (), struct=DeleteShareGroupOffsetsRequestTopic, is_array=True),
    )

    def __init__(
        self, group_id: str = "", topics: list[DeleteShareGroupOffsetsRequestTopic] = EMPTY
    ) -> None:
        self.group_id = group_id
        self.topics: list[DeleteShareGroupOffsetsRequestTopic] = [] if topics is EMPTY else topics


class DeleteShareGroupOffsetsResponseTopic(Struct):
    __slots__ = ("error_code", "error_message", "topic_id", "topic_name")

    FIELDS = (
        Field("topic_name", "string", ""),
        Field("topic_id", "uuid", ZERO_UUID),
        Field("error_code", "int16", 0),
        Field("error_message", "string", None, nullable=ALWAYS),
    )

    def __init__(
        self,
        topic_name: str = "",
        topic_id: bytes = ZERO_UUID,
        error_code: int = 0,
        error_message: str | None = None,
    ) -> None:
        self.topic_name = topic_name
        self.topic_id = topic_id
        self.error_code = error_code
        self.error_message = error_message


class DeleteShareGroupOffsetsResponse(Message):
    """Versions 0, all flexible."""

    __slots__ = ("error_code", "error_message", "responses", "throttle_time_ms")

    KEY = 92
    VERSIONS = VersionRange(0, 0)
    FLEXIBLE = ALWAYS
    FIELDS = (
        Field("throttle_time_ms", "int32", 0),
        Field("error_code", "int16", 0),
        Field("error_message", "string", None, nullable=ALWAYS),
        Field(
            "responses", "struct", (), struct=DeleteShareGroupOffsetsResponseTopic, is_array=True
        ),
    )

    def __init__(
        self,
        throttle_time_ms: int = 0,
        error_code: int = 0,
        error_message: str | None = None,
        responses: list[DeleteShareGroupOffsetsResponseTopic] = EMPTY,
    ) -> None:
        self.throttle_time_ms = throttle_time_ms
        self.error_code = error_code
        self.error_message = error_message
        self.responses: list[DeleteShareGroupOffsetsResponseTopic] = (
            [] if responses is EMPTY else responses
        )
