"""DescribeProducers: key 61, version 0.

The producers that a partition knows, and where their open transactions began (KIP-664). It is how
an operator finds a transaction that hangs.

An unknown topic or partition is UNKNOWN_TOPIC_OR_PARTITION, an invalid name
INVALID_TOPIC_EXCEPTION.

Differs from Kafka: nothing that a client can see.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from wirekafka_protocol.errors import ApiError, ErrorCode
from wirekafka_protocol.messages.describe_producers import (
    DescribeProducersRequest,
    DescribeProducersResponse,
    PartitionResponse,
    ProducerState,
    TopicRequest,
    TopicResponse,
)

from wirekafka.apis.context import RequestContext
from wirekafka.metadata.topic_names import validate_topic_name

if TYPE_CHECKING:
    from wirekafka.broker import Broker

REQUEST = DescribeProducersRequest

_UNKNOWN_TOPIC_MESSAGE = "This server does not host this topic-partition."


def handle(
    broker: Broker, context: RequestContext, request: DescribeProducersRequest
) -> DescribeProducersResponse:
    return DescribeProducersResponse(topics=[_topic(broker, topic) for topic in request.topics])


def error_response(
    request: DescribeProducersRequest, context: RequestContext, error: ApiError
) -> DescribeProducersResponse:
    """The error for every partition."""
    return DescribeProducersResponse(topics=[_refused(topic, error) for topic in request.topics])


def _topic(broker: Broker, topic: TopicRequest) -> TopicResponse:
    try:
        validate_topic_name(topic.name)
        if topic.name not in broker.image.topics:
            raise ApiError(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, _UNKNOWN_TOPIC_MESSAGE)
    except ApiError as error:
        return _refused(topic, error)
    rows = [_partition(broker, topic.name, index) for index in topic.partition_indexes]
    return TopicResponse(topic.name, rows)


def _refused(topic: TopicRequest, error: ApiError) -> TopicResponse:
    rows = [
        PartitionResponse(index, int(error.code), error.message)
        for index in topic.partition_indexes
    ]
    return TopicResponse(topic.name, rows)


def _partition(broker: Broker, topic: str, index: int) -> PartitionResponse:
    partition = broker.partitions.get(topic, index)
    if partition is None:
        return PartitionResponse(index, int(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION))
    if partition.offline:
        return PartitionResponse(index, int(ErrorCode.KAFKA_STORAGE_ERROR))
    producers = [ProducerState(*producer) for producer in partition.log.active_producers()]
    return PartitionResponse(index, active_producers=producers)
