"""OffsetDelete: key 47, version 0 (never flexible).

Removes committed offsets of topics that the group is not subscribed to (KIP-496). For a group whose
protocol type is not "consumer" the group must have no members, since nobody can tell what it is
subscribed to.

An empty group id is INVALID_GROUP_ID and an unknown group GROUP_ID_NOT_FOUND for the whole answer;
an unknown topic or partition is UNKNOWN_TOPIC_OR_PARTITION, a subscribed topic
GROUP_SUBSCRIBED_TO_TOPIC. A partition without a commit is no error.

Differs from Kafka: nothing that a client can see.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from wirekafka_protocol.errors import ApiError, ErrorCode
from wirekafka_protocol.messages.offset_delete import (
    OffsetDeleteRequest,
    OffsetDeleteRequestTopic,
    OffsetDeleteResponse,
    OffsetDeleteResponsePartition,
    OffsetDeleteResponseTopic,
)

from wirekafka.apis.context import RequestContext
from wirekafka.apis.coordinator_requests import mapped
from wirekafka.apis.deferred import Deferred
from wirekafka.apis.group_requests import ask
from wirekafka.coordinator.group.shard import GroupCoordinatorShard

if TYPE_CHECKING:
    from wirekafka.broker import Broker

REQUEST = OffsetDeleteRequest


def handle(broker: Broker, context: RequestContext, request: OffsetDeleteRequest) -> Deferred:
    known: list[OffsetDeleteRequestTopic] = []
    refused: dict[str, OffsetDeleteResponseTopic] = {}
    for topic in request.topics:
        found = broker.image.topics.get(topic.name)
        count = len(found.partitions) if found else 0
        there = [row for row in topic.partitions if 0 <= row.partition_index < count]
        missing = [row for row in topic.partitions if not 0 <= row.partition_index < count]
        if missing:
            code = int(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION)
            rows = [OffsetDeleteResponsePartition(row.partition_index, code) for row in missing]
            refused.setdefault(topic.name, OffsetDeleteResponseTopic(topic.name)).partitions += rows
        if there:
            known.append(OffsetDeleteRequestTopic(topic.name, there))
    # Even if nothing is left to delete, the group is looked at.
    question = OffsetDeleteRequest(request.group_id, known)

    def with_refused(answer: Any) -> Any:
        if isinstance(answer, ApiError) or answer.error_code or not refused:
            return answer
        for topic in answer.topics:
            earlier = refused.setdefault(topic.name, topic)
            if earlier is not topic:
                earlier.partitions = earlier.partitions + topic.partitions
        return OffsetDeleteResponse(topics=list(refused.values()))

    method = GroupCoordinatorShard.offset_delete
    return mapped(ask(broker, context, request.group_id, method, question), with_refused)


def error_response(
    request: OffsetDeleteRequest, context: RequestContext, error: ApiError
) -> OffsetDeleteResponse:
    return OffsetDeleteResponse(error_code=int(error.code))
