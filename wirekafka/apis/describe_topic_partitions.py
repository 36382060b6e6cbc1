"""DescribeTopicPartitions: key 75, version 0.

Topics and their partitions page by page (KIP-966): sorted by name, at most
response_partition_limit partitions in one answer, and a cursor to where the next page begins. No
topics named means all of them. Authorized operations are always filled in.

A cursor must be of a topic that was named and must not be negative: INVALID_REQUEST. The limit is
at least 1 and at most max.request.partition.size.limit. Eligible leaders and the last known ones
are empty lists, not null: Java clients fail on null.

Differs from Kafka: an invalid name is INVALID_TOPIC_EXCEPTION; Kafka fails inside and says
UNKNOWN_SERVER_ERROR for the whole request.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from wirekafka_protocol.errors import ApiError, ErrorCode
from wirekafka_protocol.messages.describe_topic_partitions import (
    Cursor,
    DescribeTopicPartitionsRequest,
    DescribeTopicPartitionsResponse,
    DescribeTopicPartitionsResponsePartition,
    DescribeTopicPartitionsResponseTopic,
)

from wirekafka.apis.authorized_operations import TOPIC_OPERATIONS
from wirekafka.apis.context import RequestContext
from wirekafka.metadata.image import MetadataImage, PartitionImage
from wirekafka.metadata.model import NO_LEADER
from wirekafka.metadata.topic_names import validate_topic_name

if TYPE_CHECKING:
    from wirekafka.broker import Broker

REQUEST = DescribeTopicPartitionsRequest


def handle(
    broker: Broker, context: RequestContext, request: DescribeTopicPartitionsRequest
) -> DescribeTopicPartitionsResponse:
    """One page."""
    image, cursor = broker.image, request.cursor
    limit = min(broker.config.max_request_partition_size_limit, request.response_partition_limit)
    left = max(limit, 1)
    response = DescribeTopicPartitionsResponse()
    for name in _names(image, request):
        if left == 0:
            response.next_cursor = Cursor(name, 0)
            break
        first = cursor.partition_index if cursor and cursor.topic_name == name else 0
        row = _topic(image, name, first, left)
        response.topics.append(row)
        left -= len(row.partitions)
        topic = image.topics.get(name)
        if topic is not None and first + len(row.partitions) < len(topic.partitions):
            response.next_cursor = Cursor(name, first + len(row.partitions))
            break
    return response


def error_response(
    request: DescribeTopicPartitionsRequest, context: RequestContext, error: ApiError
) -> DescribeTopicPartitionsResponse:
    """The error for every topic."""
    return DescribeTopicPartitionsResponse(
        topics=[
            DescribeTopicPartitionsResponseTopic(int(error.code), topic.name)
            for topic in request.topics
        ]
    )


def _names(image: MetadataImage, request: DescribeTopicPartitionsRequest) -> list[str]:
    """The topics from the cursor on, by name."""
    cursor = request.cursor
    names = {topic.name for topic in request.topics} or set(image.topics)
    if cursor is None:
        return sorted(names)
    if request.topics and cursor.topic_name not in names:
        text = "The topic in the cursor must be one of the topics asked for"
        raise ApiError(ErrorCode.INVALID_REQUEST, text)
    if cursor.partition_index < 0:
        text = f"The cursor's partition {cursor.partition_index} is negative"
        raise ApiError(ErrorCode.INVALID_REQUEST, text)
    return sorted(name for name in names if name >= cursor.topic_name)


def _topic(
    image: MetadataImage, name: str, first: int, limit: int
) -> DescribeTopicPartitionsResponseTopic:
    row = DescribeTopicPartitionsResponseTopic(
        name=name, topic_authorized_operations=TOPIC_OPERATIONS
    )
    topic = image.topics.get(name)
    if topic is None:
        row.error_code = int(_why_unknown(name))
        return row
    row.topic_id = topic.topic_id
    row.is_internal = topic.internal
    page = topic.partitions[first : first + limit]
    row.partitions = [
        _partition(image, index, partition) for index, partition in enumerate(page, start=first)
    ]
    return row


def _why_unknown(name: str) -> ErrorCode:
    try:
        validate_topic_name(name)
    except ApiError as error:
        return error.code
    return ErrorCode.UNKNOWN_TOPIC_OR_PARTITION


def _partition(
    image: MetadataImage, index: int, partition: PartitionImage
) -> DescribeTopicPartitionsResponsePartition:
    known: Sequence[int] = ()
    if partition.last_known_leader != NO_LEADER:
        known = (partition.last_known_leader,)
    return DescribeTopicPartitionsResponsePartition(
        partition_index=index,
        leader_id=partition.leader,
        leader_epoch=partition.leader_epoch,
        replica_nodes=list(partition.replicas),
        isr_nodes=list(partition.isr),
        eligible_leader_replicas=list(partition.elr),
        last_known_elr=list(known),
        offline_replicas=[r for r in partition.replicas if r not in image.brokers],
    )
