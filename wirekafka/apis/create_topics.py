"""CreateTopics: key 19, versions 2-7.

Creates topics with counts of partitions and replicas, or with given assignments; -1 takes the
broker's defaults. Answered when every partition of the new topics serves.

4 allows -1 for both counts (earlier versions get the same here, as in Kafka); 5 flexible, answers
with counts and all configs in effect (KIP-525); 6 may be answered THROTTLING_QUOTA_EXCEEDED
(KIP-599); 7 topic ids (KIP-516).

A name that the request lists twice is INVALID_REQUEST, once, and the other topics are created. Of
one config that is listed twice the last value counts. validate_only answers as if it had been done,
with a topic id that means nothing. A request for more than 10,000 partitions, or for more than so
many topics, partitions and configs together, is POLICY_VIOLATION for all its topics.

Differs from Kafka: timeout_ms is not looked at; creation takes milliseconds.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import TYPE_CHECKING

from wirekafka_protocol.errors import ApiError, ErrorCode
from wirekafka_protocol.messages.create_topics import (
    CreatableTopic,
    CreatableTopicConfigs,
    CreatableTopicResult,
    CreateTopicsRequest,
    CreateTopicsResponse,
)

from wirekafka.apis.context import RequestContext
from wirekafka.apis.throttle import charge_for
from wirekafka.config.describe import describe_topic
from wirekafka.metadata.topic_names import CLUSTER_METADATA_TOPIC
from wirekafka.metadata.topics import CreatedTopic, NewTopic

if TYPE_CHECKING:
    from wirekafka.broker import Broker

REQUEST = CreateTopicsRequest

_STRICT = 6
_WITH_CONFIGS = 5


async def handle(
    broker: Broker, context: RequestContext, request: CreateTopicsRequest
) -> CreateTopicsResponse:
    """Each topic by itself."""
    times_listed = Counter(topic.name for topic in request.topics)
    rows: dict[str, CreatableTopicResult] = {}
    wanted: list[NewTopic] = []
    for topic in request.topics:
        if times_listed[topic.name] > 1:
            error = ApiError(ErrorCode.INVALID_REQUEST, "Duplicate topic name.")
            rows[topic.name] = _refused(topic.name, error)
        elif topic.name == CLUSTER_METADATA_TOPIC:
            text = f"Creation of internal topic {CLUSTER_METADATA_TOPIC} is prohibited."
            rows[topic.name] = _refused(topic.name, ApiError(ErrorCode.INVALID_REQUEST, text))
        else:
            wanted.append(_new_topic(topic))
    outcomes = await broker.metadata.create_topics(
        wanted,
        validate_only=request.validate_only,
        charge=charge_for(context, strict_since=_STRICT),
    )
    described: dict[frozenset[tuple[str, str]], list[CreatableTopicConfigs]] = {}
    for new, outcome in zip(wanted, outcomes, strict=True):
        if isinstance(outcome, ApiError):
            rows[new.name] = _refused(new.name, outcome)
            continue
        rows[new.name] = row = _created(outcome)
        if context.api_version >= _WITH_CONFIGS:
            # Thousands of topics mostly have the same configs: they are described once.
            key = frozenset(outcome.configs.items())
            if key not in described:
                described[key] = _described(broker, outcome.configs)
            row.configs = described[key]
    return CreateTopicsResponse(topics=list(rows.values()))


def error_response(
    request: CreateTopicsRequest, context: RequestContext, error: ApiError
) -> CreateTopicsResponse:
    """The error for every topic."""
    return CreateTopicsResponse(topics=[_refused(topic.name, error) for topic in request.topics])


def _new_topic(topic: CreatableTopic) -> NewTopic:
    return NewTopic(
        topic.name,
        topic.num_partitions,
        topic.replication_factor,
        tuple((row.partition_index, tuple(row.broker_ids)) for row in topic.assignments),
        {config.name: config.value for config in topic.configs},
    )


def _refused(name: str, error: ApiError) -> CreatableTopicResult:
    return CreatableTopicResult(name, error_code=int(error.code), error_message=error.message)


def _created(created: CreatedTopic) -> CreatableTopicResult:
    return CreatableTopicResult(
        created.name,
        created.topic_id,
        error_message=None,
        num_partitions=created.num_partitions,
        replication_factor=created.replication_factor,
    )


def _described(broker: Broker, configs: Mapping[str, str]) -> list[CreatableTopicConfigs]:
    return [
        CreatableTopicConfigs(
            config.name,
            configs.get(config.name, config.value),  # as given, with any spaces
            config.read_only,
            int(config.source),
            config.sensitive,
        )
        for config in describe_topic(broker.layers, configs)
    ]
