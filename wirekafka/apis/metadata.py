"""Metadata: key 3, versions 0-13.

Brokers, topics, partitions with leaders and replicas. Every client lives by it.

1 null means all topics and empty none (0: empty means all), controller id; 2 cluster id; 3 throttle
time; 4 auto-creation can be forbidden; 5 offline replicas; 7 leader epochs; 8 authorized
operations; 9 flexible; 10 topic ids in answers; 11 no cluster operations any more; 12 topics can be
asked for by id, names may be null (KIP-516); 13 a top-level error.

An unknown topic is created if auto.create.topics.enable and the client allow it. The answer is
UNKNOWN_TOPIC_OR_PARTITION even so; when the client asks again the topic is there, or it cannot be
created and stays unknown. An invalid name is INVALID_TOPIC_EXCEPTION and creates nothing.
Authorized operations are filled in for every name, not for unknown ids. controller_id is a live
broker, as in KRaft.

Differs from Kafka: this broker's own address is the one that the client reached it at, unless
advertised.listeners says otherwise.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from wirekafka_protocol.errors import ApiError, ErrorCode
from wirekafka_protocol.messages.metadata import (
    MetadataRequest,
    MetadataRequestTopic,
    MetadataResponse,
    MetadataResponseBroker,
    MetadataResponsePartition,
    MetadataResponseTopic,
)
from wirekafka_protocol.uuids import ZERO_UUID

from wirekafka.apis.authorized_operations import (
    CLUSTER_OPERATIONS,
    NOT_ASKED,
    TOPIC_OPERATIONS,
)
from wirekafka.apis.context import RequestContext
from wirekafka.apis.nodes import nodes
from wirekafka.apis.throttle import charge_for_unasked
from wirekafka.internal_topics import internal_topic
from wirekafka.metadata.image import TopicImage
from wirekafka.metadata.model import INTERNAL_TOPICS, PartitionImage
from wirekafka.metadata.topic_names import validate_topic_name
from wirekafka.metadata.topics import NewTopic

if TYPE_CHECKING:
    from wirekafka.broker import Broker

REQUEST = MetadataRequest

logger = logging.getLogger("wirekafka.apis")

_BY_ID = 12


def handle(broker: Broker, context: RequestContext, request: MetadataRequest) -> Any:
    """The image as the client asked for it; a coroutine when topics are created first."""
    response = _cluster(broker, context, request)
    missing: list[str] = []
    if request.topics is None or (context.api_version == 0 and not request.topics):
        response.topics = [_found(broker, topic, request) for topic in broker.image.topics.values()]
        return response
    for asked in _asked(context, request.topics):
        response.topics.append(_topic(broker, context, request, asked, missing))
    if missing:
        return _create_first(broker, context, missing, response)
    return response


def error_response(
    request: MetadataRequest, context: RequestContext, error: ApiError
) -> MetadataResponse:
    """The error for every topic, and at the top from version 13 on."""
    return MetadataResponse(
        topics=[
            MetadataResponseTopic(int(error.code), asked.name or "", asked.topic_id)
            for asked in request.topics or []
        ],
        error_code=int(error.code),
    )


def _cluster(broker: Broker, context: RequestContext, request: MetadataRequest) -> MetadataResponse:
    response = MetadataResponse(cluster_id=broker.cluster_id, controller_id=broker.node_id)
    for broker_id, host, port, rack in nodes(broker, context):
        response.brokers.append(MetadataResponseBroker(broker_id, host, port, rack))
    if request.include_cluster_authorized_operations:
        response.cluster_authorized_operations = CLUSTER_OPERATIONS
    return response


def _asked(
    context: RequestContext, topics: list[MetadataRequestTopic]
) -> list[MetadataRequestTopic]:
    """What is to be answered, each once: if any id is given, names are not looked at.

    Raises ApiError for the request as a whole.
    """
    by_id = [topic for topic in topics if topic.topic_id != ZERO_UUID]
    if context.api_version < _BY_ID and (by_id or any(topic.name is None for topic in topics)):
        raise ApiError(ErrorCode.INVALID_REQUEST)
    if by_id:
        return list({topic.topic_id: topic for topic in by_id}.values())
    if any(topic.name is None for topic in topics):
        raise ApiError(ErrorCode.UNKNOWN_SERVER_ERROR)  # Kafka fails inside
    return list({topic.name: topic for topic in topics}.values())


def _topic(
    broker: Broker,
    context: RequestContext,
    request: MetadataRequest,
    asked: MetadataRequestTopic,
    missing: list[str],
) -> MetadataResponseTopic:
    image = broker.image
    if asked.topic_id != ZERO_UUID:
        by_id = image.topics_by_id.get(asked.topic_id)
        if by_id is not None:
            return _found(broker, by_id, request)
        return MetadataResponseTopic(int(ErrorCode.UNKNOWN_TOPIC_ID), None, asked.topic_id)
    assert asked.name is not None, "refused before"
    topic = image.topics.get(asked.name)
    if topic is not None:
        return _found(broker, topic, request)
    row = MetadataResponseTopic(
        int(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION),
        asked.name,
        is_internal=asked.name in INTERNAL_TOPICS,
        topic_authorized_operations=_topic_operations(request),
    )
    try:
        validate_topic_name(asked.name)
    except ApiError as error:
        row.error_code = int(error.code)
    else:
        may_create = context.api_version < 4 or request.allow_auto_topic_creation
        if may_create and broker.config.auto_create_topics_enable:
            missing.append(asked.name)
    return row


def _found(broker: Broker, topic: TopicImage, request: MetadataRequest) -> MetadataResponseTopic:
    return MetadataResponseTopic(
        0,
        topic.name,
        topic.topic_id,
        topic.internal,
        [_partition(broker, i, partition) for i, partition in enumerate(topic.partitions)],
        _topic_operations(request),
    )


def _topic_operations(request: MetadataRequest) -> int:
    return TOPIC_OPERATIONS if request.include_topic_authorized_operations else NOT_ASKED


def _partition(broker: Broker, index: int, partition: PartitionImage) -> MetadataResponsePartition:
    alive = broker.image.brokers
    has_leader = partition.leader >= 0
    return MetadataResponsePartition(
        0 if has_leader else int(ErrorCode.LEADER_NOT_AVAILABLE),
        index,
        partition.leader,
        partition.leader_epoch,
        list(partition.replicas),
        list(partition.isr),
        [replica for replica in partition.replicas if replica not in alive],
    )


async def _create_first(
    broker: Broker, context: RequestContext, names: list[str], response: MetadataResponse
) -> MetadataResponse:
    """Create the topics; the answer that says they are unknown is sent when they serve."""
    topics = [internal_topic(broker, name) or NewTopic(name) for name in names]
    charge = charge_for_unasked(context)
    outcomes = await broker.metadata.create_topics(topics, charge=charge)
    for topic, outcome in zip(topics, outcomes, strict=True):
        if isinstance(outcome, ApiError) and outcome.code is not ErrorCode.TOPIC_ALREADY_EXISTS:
            # The client is told "unknown" again and again, as by Kafka: only the log says why.
            logger.info("topic not auto-created topic=%s reason=%s", topic.name, outcome)
    return response
