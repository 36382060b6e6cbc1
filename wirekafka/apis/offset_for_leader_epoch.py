"""OffsetForLeaderEpoch: key 23, versions 2-4.

Where a leader epoch ends: the largest epoch that is not above the one asked for, and the offset
behind its last record. So a consumer finds out that what it read was truncated (KIP-320). Epochs
that are unknown or of the future give -1 and -1.

3 replica id; 4 flexible.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from wirekafka_protocol.errors import ApiError, ErrorCode
from wirekafka_protocol.messages.offset_for_leader_epoch import (
    EpochEndOffset,
    OffsetForLeaderEpochRequest,
    OffsetForLeaderEpochResponse,
    OffsetForLeaderTopicResult,
)

from wirekafka.apis.context import RequestContext

if TYPE_CHECKING:
    from wirekafka.broker import Broker

REQUEST = OffsetForLeaderEpochRequest


def handle(
    broker: Broker, context: RequestContext, request: OffsetForLeaderEpochRequest
) -> OffsetForLeaderEpochResponse:
    """Each partition by itself."""
    response = OffsetForLeaderEpochResponse()
    for topic in request.topics:
        answer = OffsetForLeaderTopicResult(topic.topic)
        response.topics.append(answer)
        for asked in topic.partitions:
            row = EpochEndOffset(partition=asked.partition)
            answer.partitions.append(row)
            partition = broker.partitions.get(topic.topic, asked.partition)
            try:
                if partition is None:
                    raise ApiError(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION)
                if partition.offline:
                    raise ApiError(ErrorCode.KAFKA_STORAGE_ERROR)
                partition.check_leader_epoch(asked.current_leader_epoch)
                row.leader_epoch, row.end_offset = partition.end_of_epoch(asked.leader_epoch)
            except ApiError as error:
                row.error_code = int(error.code)
    return response


def error_response(
    request: OffsetForLeaderEpochRequest, context: RequestContext, error: ApiError
) -> OffsetForLeaderEpochResponse:
    """The error for every partition."""
    return OffsetForLeaderEpochResponse(
        topics=[
            OffsetForLeaderTopicResult(
                topic.topic,
                [EpochEndOffset(int(error.code), asked.partition) for asked in topic.partitions],
            )
            for topic in request.topics
        ]
    )
