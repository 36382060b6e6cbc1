"""AddPartitionsToTxn: key 24, versions 0-5.

Makes partitions part of a transaction before they are written. Up to 3 a producer asks, for its one
transaction. From 4 on brokers ask, for many transactions at once, and may only want to verify that
the partitions are part of them (KIP-890).

If one partition of a transaction does not exist it is UNKNOWN_TOPIC_OR_PARTITION, all others are
OPERATION_NOT_ATTEMPTED and nothing is added. To a producer a partition of an internal topic is
TOPIC_AUTHORIZATION_FAILED: those of its offsets are added by AddOffsetsToTxn. Otherwise every
partition gets the coordinator's answer; a verification is answered for each by itself,
TRANSACTION_ABORTABLE where it was not added.

1 throttle time; 2 PRODUCER_FENCED where there was INVALID_PRODUCER_EPOCH; 3 flexible; 4 many
transactions, verification; 5 may tell a producer TRANSACTION_ABORTABLE.

Differs from Kafka: nothing that a client can see.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from wirekafka_protocol.errors import ApiError, ErrorCode
from wirekafka_protocol.messages.add_partitions_to_txn import (
    AddPartitionsToTxnPartitionResult,
    AddPartitionsToTxnRequest,
    AddPartitionsToTxnResponse,
    AddPartitionsToTxnResult,
    AddPartitionsToTxnTopic,
    AddPartitionsToTxnTopicResult,
    AddPartitionsToTxnTransaction,
)

from wirekafka.apis.context import RequestContext
from wirekafka.apis.coordinator_requests import gathered, mapped
from wirekafka.apis.deferred import Deferred
from wirekafka.apis.transaction_requests import ask
from wirekafka.coordinator.transaction.metadata import V1, V2
from wirekafka.coordinator.transaction.requests import AddPartitions
from wirekafka.coordinator.transaction.shard import TransactionCoordinatorShard
from wirekafka.metadata.model import INTERNAL_TOPICS

if TYPE_CHECKING:
    from wirekafka.broker import Broker

REQUEST = AddPartitionsToTxnRequest

_PRODUCER_FENCED = 2
_MANY_TRANSACTIONS = 4

_Codes = Mapping[tuple[str, int], ErrorCode]


def handle(broker: Broker, context: RequestContext, request: AddPartitionsToTxnRequest) -> Deferred:
    transactions = _transactions(context, request)
    asked = [_one(broker, context, transaction) for transaction in transactions]
    return gathered(asked, partial(_response, context, transactions))


def error_response(
    request: AddPartitionsToTxnRequest, context: RequestContext, error: ApiError
) -> AddPartitionsToTxnResponse:
    """From version 4 on for the request, before for each partition."""
    if context.api_version >= _MANY_TRANSACTIONS:
        return AddPartitionsToTxnResponse(error_code=int(error.code))
    transactions = _transactions(context, request)
    return _response(context, transactions, [error] * len(transactions))


def _transactions(
    context: RequestContext, request: AddPartitionsToTxnRequest
) -> list[AddPartitionsToTxnTransaction]:
    if context.api_version >= _MANY_TRANSACTIONS:
        return request.transactions
    return [
        AddPartitionsToTxnTransaction(
            transactional_id=request.v3_and_below_transactional_id,
            producer_id=request.v3_and_below_producer_id,
            producer_epoch=request.v3_and_below_producer_epoch,
            verify_only=False,
            topics=request.v3_and_below_topics,
        )
    ]


def _one(
    broker: Broker, context: RequestContext, transaction: AddPartitionsToTxnTransaction
) -> Deferred:
    """The codes of its partitions, or an ApiError for all of them."""
    partitions = [(topic.name, index) for topic in transaction.topics for index in topic.partitions]
    faults = {
        place: fault
        for place in partitions
        if (fault := _fault(broker, context, *place)) is not None
    }
    if faults:
        refused = Deferred()
        refused.resolve(dict.fromkeys(partitions, ErrorCode.OPERATION_NOT_ATTEMPTED) | faults)
        return refused
    added = AddPartitions(
        transaction.transactional_id,
        transaction.producer_id,
        transaction.producer_epoch,
        partitions=tuple(partitions),
        verify_only=transaction.verify_only,
        # A broker asks for a client of transactions v2, which leaves adding to the broker.
        transaction_version=V2 if context.api_version >= _MANY_TRANSACTIONS else V1,
    )
    method = TransactionCoordinatorShard.add_partitions
    asked = ask(broker, context, transaction.transactional_id, method, added)
    return mapped(asked, partial(_in_words_of, context))


def _fault(broker: Broker, context: RequestContext, topic: str, index: int) -> ErrorCode | None:
    if context.api_version < _MANY_TRANSACTIONS and topic in INTERNAL_TOPICS:
        return ErrorCode.TOPIC_AUTHORIZATION_FAILED
    found = broker.image.topics.get(topic)
    if found is None or not 0 <= index < len(found.partitions):
        return ErrorCode.UNKNOWN_TOPIC_OR_PARTITION
    return None


def _in_words_of(context: RequestContext, answer: Any) -> Any:
    """Old clients do not know PRODUCER_FENCED."""
    if (
        isinstance(answer, ApiError)
        and answer.code is ErrorCode.PRODUCER_FENCED
        and context.api_version < _PRODUCER_FENCED
    ):
        return ApiError(ErrorCode.INVALID_PRODUCER_EPOCH, answer.message)
    return answer


def _response(
    context: RequestContext,
    transactions: list[AddPartitionsToTxnTransaction],
    answers: list[_Codes | ApiError],
) -> AddPartitionsToTxnResponse:
    results = [
        AddPartitionsToTxnResult(
            transaction.transactional_id,
            [_topic_result(topic, answer) for topic in transaction.topics],
        )
        for transaction, answer in zip(transactions, answers, strict=True)
    ]
    if context.api_version >= _MANY_TRANSACTIONS:
        return AddPartitionsToTxnResponse(results_by_transaction=results)
    (result,) = results
    return AddPartitionsToTxnResponse(results_by_topic_v3_and_below=result.topic_results)


def _topic_result(
    topic: AddPartitionsToTxnTopic, answer: _Codes | ApiError
) -> AddPartitionsToTxnTopicResult:
    return AddPartitionsToTxnTopicResult(
        topic.name,
        [
            AddPartitionsToTxnPartitionResult(
                index,
                int(answer.code if isinstance(answer, ApiError) else answer[topic.name, index]),
            )
            for index in topic.partitions
        ],
    )
