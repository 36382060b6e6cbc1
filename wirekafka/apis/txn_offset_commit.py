"""TxnOffsetCommit: key 28, versions 0-5.

Stores how far a group has read, as part of a transaction: nobody sees the offsets until it is
committed, and an abort drops them.

The group's partition of `__consumer_offsets` must be part of the transaction, by AddOffsetsToTxn
before, or from version 5 on by this request (transaction_partitions.py). The coordinator of the
transaction judges the producer, then the group's coordinator the member. Up to 2 there is no member
to judge.

1 throttle time; 2 leader epoch, COORDINATOR_LOAD_IN_PROGRESS (before: COORDINATOR_NOT_AVAILABLE); 3
flexible, member and generation (KIP-447); 4 TRANSACTION_ABORTABLE where there was
INVALID_TXN_STATE; 5 adds the partition (KIP-890).

Each partition has its own error: an unknown topic or partition is UNKNOWN_TOPIC_OR_PARTITION, and
the others are committed.

Differs from Kafka: nothing that a client can see.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from wirekafka_protocol.errors import ApiError, ErrorCode
from wirekafka_protocol.messages.txn_offset_commit import (
    TxnOffsetCommitRequest,
    TxnOffsetCommitRequestPartition,
    TxnOffsetCommitRequestTopic,
    TxnOffsetCommitResponse,
    TxnOffsetCommitResponsePartition,
    TxnOffsetCommitResponseTopic,
)

from wirekafka.apis.context import RequestContext
from wirekafka.apis.coordinator_requests import mapped
from wirekafka.apis.deferred import Deferred
from wirekafka.apis.group_requests import ask, coordinator_partition
from wirekafka.apis.transaction_partitions import (
    Faults,
    Membership,
    Transaction,
    ask_once,
    is_open,
    needs_question,
)
from wirekafka.coordinator.group.shard import GroupCoordinatorShard
from wirekafka.coordinator.machine import ProducerStamp
from wirekafka.internal_topics import OFFSETS_TOPIC

if TYPE_CHECKING:
    from wirekafka.broker import Broker

REQUEST = TxnOffsetCommitRequest

_LOAD_IN_PROGRESS = 2
_ABORTABLE = 4
_ADDS_PARTITION = 5

_HEARD_AS = {
    ErrorCode.NETWORK_EXCEPTION: ErrorCode.COORDINATOR_LOAD_IN_PROGRESS,
    ErrorCode.UNKNOWN_TOPIC_OR_PARTITION: ErrorCode.COORDINATOR_NOT_AVAILABLE,
    ErrorCode.KAFKA_STORAGE_ERROR: ErrorCode.NOT_COORDINATOR,
}
"""Faults of the question to the transaction's coordinator, in codes that make clients retry."""


def handle(
    broker: Broker, context: RequestContext, request: TxnOffsetCommitRequest
) -> TxnOffsetCommitResponse | Deferred:
    refused: list[TxnOffsetCommitResponseTopic] = []
    known = [
        topic
        for asked in request.topics
        if (topic := _existing(broker, asked, refused)) is not None
    ]
    if not known and refused:
        return TxnOffsetCommitResponse(topics=refused)
    request.topics = known

    def answered(answer: Any) -> TxnOffsetCommitResponse:
        if isinstance(answer, ApiError):
            answer = error_response(request, context, answer)
        return TxnOffsetCommitResponse(topics=_merged(refused, answer.topics))

    if not request.group_id:
        return answered(ApiError(ErrorCode.INVALID_GROUP_ID))
    return mapped(_commit(broker, context, request), answered)


def error_response(
    request: TxnOffsetCommitRequest, context: RequestContext, error: ApiError
) -> TxnOffsetCommitResponse:
    """The error for every partition."""
    code = error.code
    if code is ErrorCode.COORDINATOR_LOAD_IN_PROGRESS and context.api_version < _LOAD_IN_PROGRESS:
        code = ErrorCode.COORDINATOR_NOT_AVAILABLE
    refused: list[TxnOffsetCommitResponseTopic] = []
    for topic in request.topics:
        _refuse(topic, topic.partitions, code, refused)
    return TxnOffsetCommitResponse(topics=refused)


def _commit(broker: Broker, context: RequestContext, request: TxnOffsetCommitRequest) -> Deferred:
    """The group's coordinator, after the transaction's if that does not know of the group."""
    producer = ProducerStamp(request.producer_id, request.producer_epoch)
    number = coordinator_partition(broker, request.group_id)
    partition = broker.partitions.get(OFFSETS_TOPIC, number)
    membership = _membership(context.api_version)
    is_settled = partition is None or is_open(partition, producer)
    if is_settled or not needs_question(broker, membership):
        return _ask_group(broker, context, request)
    transaction = Transaction(request.transactional_id, producer, membership)
    verified = ask_once(broker, context, transaction, [(OFFSETS_TOPIC, number)])
    later = Deferred(on_abandon=verified.abandon)

    def settled(faults: Faults) -> None:
        for code in faults.values():
            later.resolve(ApiError(_HEARD_AS.get(code, code)))
            return
        asked = _ask_group(broker, context, request)
        later.on_abandon = asked.abandon
        asked.then(later.resolve)

    verified.then(settled)
    return later


def _ask_group(
    broker: Broker, context: RequestContext, request: TxnOffsetCommitRequest
) -> Deferred:
    method = GroupCoordinatorShard.txn_offset_commit
    return ask(broker, context, request.group_id, method, request)


def _membership(version: int) -> Membership:
    if version >= _ADDS_PARTITION:
        return Membership.ADDED_NOW
    if version >= _ABORTABLE:
        return Membership.ADDED_BEFORE_ABORTABLE
    return Membership.ADDED_BEFORE


def _existing(
    broker: Broker,
    asked: TxnOffsetCommitRequestTopic,
    refused: list[TxnOffsetCommitResponseTopic],
) -> TxnOffsetCommitRequestTopic | None:
    """What of the topic exists; what does not goes to `refused`."""
    found = broker.image.topics.get(asked.name)
    count = len(found.partitions) if found is not None else 0
    missing = [row for row in asked.partitions if not 0 <= row.partition_index < count]
    if missing:
        _refuse(asked, missing, ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, refused)
    there = [row for row in asked.partitions if 0 <= row.partition_index < count]
    return TxnOffsetCommitRequestTopic(asked.name, there) if there else None


def _refuse(
    topic: TxnOffsetCommitRequestTopic,
    rows: list[TxnOffsetCommitRequestPartition],
    error: ErrorCode,
    refused: list[TxnOffsetCommitResponseTopic],
) -> None:
    answers = [TxnOffsetCommitResponsePartition(row.partition_index, int(error)) for row in rows]
    refused.append(TxnOffsetCommitResponseTopic(topic.name, answers))


def _merged(
    refused: list[TxnOffsetCommitResponseTopic], committed: list[TxnOffsetCommitResponseTopic]
) -> list[TxnOffsetCommitResponseTopic]:
    """One entry per topic, what was refused first."""
    by_topic = {topic.name: topic for topic in refused}
    for topic in committed:
        known = by_topic.setdefault(topic.name, topic)
        if known is not topic:
            known.partitions = known.partitions + topic.partitions
    return list(by_topic.values())
