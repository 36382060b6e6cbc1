"""OffsetFetch: key 9, versions 1-10.

What a group has committed: offset, leader epoch and metadata as they were committed. A partition
without a commit is offset -1 and no error, also when the group or the topic does not exist.

2 null topics for all, error of the whole answer (before: one per partition); 3 throttle time; 5
leader epoch; 6 flexible; 7 require_stable: UNSTABLE_OFFSET_COMMIT while a transaction is open over
the partition (KIP-447); 8 many groups (KIP-709); 9 member id and epoch, which classic groups do not
look at (KIP-848); 10 topics by id, UNKNOWN_TOPIC_ID for unknown ones (KIP-848).

Differs from Kafka: nothing that a client can see.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from wirekafka_protocol.errors import ApiError, ErrorCode
from wirekafka_protocol.messages.offset_fetch import (
    OffsetFetchRequest,
    OffsetFetchRequestGroup,
    OffsetFetchRequestTopics,
    OffsetFetchResponse,
    OffsetFetchResponseGroup,
    OffsetFetchResponsePartition,
    OffsetFetchResponsePartitions,
    OffsetFetchResponseTopic,
    OffsetFetchResponseTopics,
)

from wirekafka.apis.context import RequestContext
from wirekafka.apis.deferred import Deferred
from wirekafka.apis.group_requests import ask_each, coordinator_partition
from wirekafka.coordinator.group.shard import GroupCoordinatorShard

if TYPE_CHECKING:
    from wirekafka.broker import Broker

REQUEST = OffsetFetchRequest

_WHOLE_ERROR = 2
_MANY_GROUPS = 8
_TOPIC_IDS = 10

_NO_OFFSET = -1
_NO_EPOCH = -1


def handle(broker: Broker, context: RequestContext, request: OffsetFetchRequest) -> Deferred:
    version = context.api_version
    groups = request.groups if version >= _MANY_GROUPS else [_as_group(request)]
    refused = [_name_topics(broker, group) if version >= _TOPIC_IDS else [] for group in groups]
    questions = [
        (
            coordinator_partition(broker, group.group_id),
            GroupCoordinatorShard.offset_fetch,
            OffsetFetchRequest(groups=[group], require_stable=request.require_stable),
        )
        for group in groups
    ]

    def finish(answers: list[Any]) -> OffsetFetchResponse:
        rows = []
        for group, unknown, answer in zip(groups, refused, answers, strict=True):
            if isinstance(answer, ApiError):
                answer = OffsetFetchResponseGroup(group.group_id, [], int(answer.code))
            elif version >= _TOPIC_IDS:
                if group.topics is None:
                    answer.topics = _with_ids(broker, answer.topics)
                answer.topics += unknown
            rows.append(answer)
        if version >= _MANY_GROUPS:
            return OffsetFetchResponse(groups=rows)
        return _as_single(request, version, rows[0])

    return ask_each(broker, context, questions, finish)


def error_response(
    request: OffsetFetchRequest, context: RequestContext, error: ApiError
) -> OffsetFetchResponse:
    """The error for each group, for the whole answer, or for each partition, as versions go."""
    version = context.api_version
    code = int(error.code)
    if version >= _MANY_GROUPS:
        rows = [OffsetFetchResponseGroup(group.group_id, [], code) for group in request.groups]
        return OffsetFetchResponse(groups=rows)
    return _as_single(request, version, OffsetFetchResponseGroup(request.group_id, [], code))


def _as_group(request: OffsetFetchRequest) -> OffsetFetchRequestGroup:
    """A request of before version 8 in the form of the later ones."""
    topics = None
    if request.topics is not None:
        topics = [
            OffsetFetchRequestTopics(topic.name, partition_indexes=topic.partition_indexes)
            for topic in request.topics
        ]
    return OffsetFetchRequestGroup(request.group_id, topics=topics)


def _as_single(
    request: OffsetFetchRequest, version: int, group: OffsetFetchResponseGroup
) -> OffsetFetchResponse:
    """The answer for one group in the form of before version 8."""
    if group.error_code and version < _WHOLE_ERROR:
        group.topics = [
            _unknown_offsets(topic.name, topic.partition_indexes, group.error_code)
            for topic in request.topics or []
        ]
    topics = [
        OffsetFetchResponseTopic(
            topic.name,
            [
                OffsetFetchResponsePartition(
                    row.partition_index,
                    row.committed_offset,
                    row.committed_leader_epoch,
                    row.metadata,
                    row.error_code,
                )
                for row in topic.partitions
            ],
        )
        for topic in group.topics
    ]
    return OffsetFetchResponse(topics=topics, error_code=group.error_code)


def _name_topics(broker: Broker, group: OffsetFetchRequestGroup) -> list[OffsetFetchResponseTopics]:
    """Give the topics their names; those without one leave the request for the list returned."""
    if group.topics is None:
        return []
    unknown, known = [], []
    for topic in group.topics:
        found = broker.image.topics_by_id.get(topic.topic_id)
        if found is None:
            code = int(ErrorCode.UNKNOWN_TOPIC_ID)
            answer = _unknown_offsets("", topic.partition_indexes, code)
            answer.topic_id = topic.topic_id
            unknown.append(answer)
        else:
            topic.name = found.name
            known.append(topic)
    group.topics = known
    return unknown


def _with_ids(
    broker: Broker, topics: list[OffsetFetchResponseTopics]
) -> list[OffsetFetchResponseTopics]:
    """All topics that a group has committed, by id: those that do not exist any more have none."""
    named = []
    for topic in topics:
        found = broker.image.topics.get(topic.name)
        if found is not None:
            topic.topic_id = found.topic_id
            named.append(topic)
    return named


def _unknown_offsets(name: str, indexes: list[int], code: int) -> OffsetFetchResponseTopics:
    rows = [
        OffsetFetchResponsePartitions(index, _NO_OFFSET, _NO_EPOCH, "", code) for index in indexes
    ]
    return OffsetFetchResponseTopics(name, partitions=rows)
