"""The messages of DeleteTopics, API key 20.

Deletes topics: by name up to 5, by name or id from 6 (KIP-516). 5 has error messages (KIP-599).

Generated from schemas/delete_topics.schema by bin/generate: do not edit.
"""

from __future__ import annotations

from wirekafka_protocol.schema import ALWAYS, EMPTY, Field, Message, Struct, VersionRange
from wirekafka_protocol.uuids import ZERO_UUID


class DeleteTopicState(Struct):
    __slots__ = ("name", "topic_id")

    FIELDS = (
        Field("name", "string", None, nullable=ALWAYS),
        Field("topic_id", "uuid", ZERO_UUID),
    )

    def __init__(self, name: str | None = None, topic_id: bytes = ZERO_UUID) -> None:
        self.name = name
        self.topic_id = topic_id


class DeleteTopicsRequest(Message):
    """Versions 1-6, flexible from 4."""

    __slots__ = ("timeout_ms", "topic_names", "topics")

    KEY = 20
    VERSIONS = VersionRange(1, 6)
    FLEXIBLE = VersionRange(4)
    FIELDS = (
        Field(
            "topics", "struct", (), struct=DeleteTopicState, is_array=True, versions=VersionRange(6)
        ),
        Field("topic_names", "string", (), is_array=True, versions=VersionRange(0, 5)),
        Field("timeout_ms", "int32", 0),
    )

    def __init__(
        self,
        topics: list[DeleteTopicState] = EMPTY,
        topic_names: list[str] = EMPTY,
        timeout_ms: int = 0,
    ) -> None:
        self.topics: list[DeleteTopicState] = [] if topics is EMPTY else topics
        self.topic_names: list[str] = [] if topic_names is EMPTY else topic_names
        self.timeout_ms = timeout_ms


class DeletableTopicResult(Struct):
    __slots__ = ("error_code", "error_message", "name", "topic_id")

    FIELDS = (
        Field("name", "string", "", nullable=VersionRange(6)),
        Field("topic_id", "uuid", ZERO_UUID, versions=VersionRange(6)),
        Field("error_code", "int16", 0),
        Field("error_message", "string", None, versions=VersionRange(5), nullable=ALWAYS),
    )

    def __init__(
        self,
        name: str | None = "",
        topic_id: bytes = ZERO_UUID,
        error_code: int = 0,
        error_message: str | None = None,
    ) -> None:
        self.name = name
        self.topic_id = topic_id
        self.error_code = error_code
        self.error_message = error_message


class DeleteTopicsResponse(Message):
    """Versions 1-6, flexible from 4."""

    __slots__ = ("responses", "throttle_time_ms")

    KEY = 20
    VERSIONS = VersionRange(1, 6)
    FLEXIBLE = VersionRange(4)
    FIELDS = (
        Field("throttle_time_ms", "int32", 0),
        Field("responses", "struct", (), struct=DeletableTopicResult, is_array=True),
    )

    def __init__(
        self, throttle_time_ms: int = 0, responses: list[DeletableTopicResult] = EMPTY
    ) -> None:
        self.throttle_time_ms = throttle_time_ms
        self.responses: list[DeletableTopicResult] = [] if responses is EMPTY else responses
