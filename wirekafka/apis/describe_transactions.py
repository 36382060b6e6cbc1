"""DescribeTransactions: key 65, version 0.

State, timeout and partitions of transactions, by transactional id (KIP-664). An id that its
coordinator does not know is TRANSACTIONAL_ID_NOT_FOUND, the empty one INVALID_REQUEST, one of
another coordinator NOT_COORDINATOR. Partitions are listed while the transaction is open or being
ended.

Differs from Kafka: nothing that a client can see.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from wirekafka_protocol.errors import ApiError
from wirekafka_protocol.messages.describe_transactions import (
    DescribeTransactionsRequest,
    DescribeTransactionsResponse,
    TransactionState,
)

from wirekafka.apis.context import RequestContext
from wirekafka.apis.coordinator_requests import gathered
from wirekafka.apis.deferred import Deferred
from wirekafka.apis.transaction_requests import ask
from wirekafka.coordinator.transaction.shard import TransactionCoordinatorShard

if TYPE_CHECKING:
    from wirekafka.broker import Broker

REQUEST = DescribeTransactionsRequest


def handle(
    broker: Broker, context: RequestContext, request: DescribeTransactionsRequest
) -> Deferred:
    ids = request.transactional_ids
    method = TransactionCoordinatorShard.describe
    asked = [ask(broker, context, name, method, name) for name in ids]

    def finish(answers: list[Any]) -> DescribeTransactionsResponse:
        rows = [
            _refused(transactional_id, answer) if isinstance(answer, ApiError) else answer
            for transactional_id, answer in zip(ids, answers, strict=True)
        ]
        return DescribeTransactionsResponse(transaction_states=rows)

    return gathered(asked, finish)


def error_response(
    request: DescribeTransactionsRequest, context: RequestContext, error: ApiError
) -> DescribeTransactionsResponse:
    """The error for every id."""
    rows = [_refused(transactional_id, error) for transactional_id in request.transactional_ids]
    return DescribeTransactionsResponse(transaction_states=rows)


def _refused(transactional_id: str, error: ApiError) -> TransactionState:
    return TransactionState(error_code=int(error.code), transactional_id=transactional_id)
