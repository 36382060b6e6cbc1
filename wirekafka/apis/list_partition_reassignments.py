"""ListPartitionReassignments: key 46, version 0.

The moves of partitions that are under way (KIP-455): of the named partitions, or of all when the
topics are null. Partitions that do not move are left out, and so are those that do not exist, and
topics without any. With one broker nothing is ever under way.

The timeout is not looked at, as in Kafka: nothing is waited for.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from wirekafka_protocol.errors import ApiError
from wirekafka_protocol.messages.list_partition_reassignments import (
    ListPartitionReassignmentsRequest,
    ListPartitionReassignmentsResponse,
    OngoingPartitionReassignment,
    OngoingTopicReassignment,
)

from wirekafka.apis.context import RequestContext
from wirekafka.metadata.image import TopicImage

if TYPE_CHECKING:
    from wirekafka.broker import Broker

REQUEST = ListPartitionReassignmentsRequest


def handle(
    broker: Broker, context: RequestContext, request: ListPartitionReassignmentsRequest
) -> ListPartitionReassignmentsResponse:
    """The moves as the image has them."""
    topics = broker.image.topics
    asked: Iterable[tuple[TopicImage | None, Iterable[int]]]
    if request.topics is None:
        asked = ((topic, range(len(topic.partitions))) for topic in topics.values())
    else:
        asked = ((topics.get(row.name), row.partition_indexes) for row in request.topics)
    rows = [
        OngoingTopicReassignment(topic.name, list(_moving(topic, indexes)))
        for topic, indexes in asked
        if topic is not None
    ]
    return ListPartitionReassignmentsResponse(
        error_message=None, topics=[row for row in rows if row.partitions]
    )


def error_response(
    request: ListPartitionReassignmentsRequest, context: RequestContext, error: ApiError
) -> ListPartitionReassignmentsResponse:
    """The error and no moves."""
    return ListPartitionReassignmentsResponse(
        error_code=int(error.code), error_message=error.message
    )


def _moving(topic: TopicImage, indexes: Iterable[int]) -> Iterator[OngoingPartitionReassignment]:
    for index in indexes:
        if not 0 <= index < len(topic.partitions):
            continue
        partition = topic.partitions[index]
        adding, removing = partition.move
        if adding or removing:
            yield OngoingPartitionReassignment(
                index, list(partition.replicas), list(adding), list(removing)
            )
