"""OffsetCommit: key 8, versions 2-10.

Stores how far a group has read. Members commit in their generation; a simple consumer (generation
-1, no member id) commits while the group has no members. Any offset is accepted.

3 throttle time; 5 no retention time any more (before: the offset expires that long after the
commit); 6 leader epoch, given back by OffsetFetch; 7 static members (KIP-345); 8 flexible; 9
GROUP_ID_NOT_FOUND instead of ILLEGAL_GENERATION for a generation of an unknown group (KIP-848); 10
topics by id (KIP-848).

Each partition has its own error: an unknown topic or partition is UNKNOWN_TOPIC_OR_PARTITION, an
unknown topic id UNKNOWN_TOPIC_ID, and the others are committed. Metadata over
offset.metadata.max.bytes is OFFSET_METADATA_TOO_LARGE.

The rules are in wirekafka/coordinator/group/offsets.py.

Differs from Kafka: nothing that a client can see.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from wirekafka_protocol.errors import ApiError, ErrorCode
from wirekafka_protocol.messages.offset_commit import (
    OffsetCommitRequest,
    OffsetCommitRequestPartition,
    OffsetCommitRequestTopic,
    OffsetCommitResponse,
    OffsetCommitResponsePartition,
    OffsetCommitResponseTopic,
)

from wirekafka.apis.context import RequestContext
from wirekafka.apis.coordinator_requests import mapped
from wirekafka.apis.deferred import Deferred
from wirekafka.apis.group_requests import ask
from wirekafka.coordinator.group.offsets import commit_refused
from wirekafka.coordinator.group.shard import GroupCoordinatorShard

if TYPE_CHECKING:
    from wirekafka.broker import Broker

REQUEST = OffsetCommitRequest

_TOPIC_IDS = 10

Refused = dict[tuple[str, bytes], OffsetCommitResponseTopic]
"""What cannot be committed, one entry for each topic, however often it is listed."""


def handle(
    broker: Broker, context: RequestContext, request: OffsetCommitRequest
) -> OffsetCommitResponse | Deferred:
    refused: Refused = {}
    known = [
        topic
        for asked in request.topics
        if (topic := _existing(broker, context.api_version, asked, refused)) is not None
    ]
    if not known and refused:
        return OffsetCommitResponse(topics=list(refused.values()))
    request.topics = known
    asked = ask(broker, context, request.group_id, GroupCoordinatorShard.offset_commit, request)
    if not refused:
        return asked

    def with_refused(answer: Any) -> OffsetCommitResponse:
        if isinstance(answer, ApiError):
            answer = commit_refused(request, answer.code)
        return OffsetCommitResponse(topics=_merged(refused, answer.topics))

    return mapped(asked, with_refused)


def error_response(
    request: OffsetCommitRequest, context: RequestContext, error: ApiError
) -> OffsetCommitResponse:
    """The error for every partition."""
    return commit_refused(request, error.code)


def _existing(
    broker: Broker,
    version: int,
    asked: OffsetCommitRequestTopic,
    refused: Refused,
) -> OffsetCommitRequestTopic | None:
    """What of the topic exists, by name; what does not goes to `refused`."""
    image = broker.image
    if version >= _TOPIC_IDS:
        found = image.topics_by_id.get(asked.topic_id)
        unknown = ErrorCode.UNKNOWN_TOPIC_ID
    else:
        found = image.topics.get(asked.name)
        unknown = ErrorCode.UNKNOWN_TOPIC_OR_PARTITION
    if found is None:
        _refuse(asked, asked.partitions, unknown, refused)
        return None
    # The record carries name and id, whichever the client gave.
    asked.name, asked.topic_id = found.name, found.topic_id
    count = len(found.partitions)
    there = [row for row in asked.partitions if 0 <= row.partition_index < count]
    if len(there) != len(asked.partitions):
        missing = [row for row in asked.partitions if not 0 <= row.partition_index < count]
        _refuse(asked, missing, ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, refused)
        asked.partitions = there
    return asked if there else None


def _refuse(
    topic: OffsetCommitRequestTopic,
    rows: list[OffsetCommitRequestPartition],
    error: ErrorCode,
    refused: Refused,
) -> None:
    answers = [OffsetCommitResponsePartition(row.partition_index, int(error)) for row in rows]
    entry = OffsetCommitResponseTopic(topic.name, topic.topic_id, [])
    refused.setdefault((topic.name, topic.topic_id), entry).partitions += answers


def _merged(
    refused: Refused, committed: list[OffsetCommitResponseTopic]
) -> list[OffsetCommitResponseTopic]:
    """One entry per topic, what was refused first."""
    by_topic = dict(refused)
    for topic in committed:
        known = by_topic.setdefault((topic.name, topic.topic_id), topic)
        if known is not topic:
            known.partitions = known.partitions + topic.partitions
    return list(by_topic.values())
