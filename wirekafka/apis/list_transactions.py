"""ListTransactions: key 66, versions 0-2.

The transactions that this broker coordinates (KIP-664), with filters by state and producer id.

1 filter by how long a transaction has been open (KIP-994); 2 filter by a pattern in the syntax of
RE2 that the whole transactional id must match (KIP-1152).

States that do not exist are named in the answer and match nothing; upper and lower case differ. A
pattern that is none is INVALID_REGULAR_EXPRESSION. While a coordinator of this broker loads, the
answer is COORDINATOR_LOAD_IN_PROGRESS without transactions: a list that lacks some would be worse.
"""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from wirekafka_protocol.errors import ApiError, ErrorCode
from wirekafka_protocol.messages.list_transactions import (
    ListTransactionsRequest,
    ListTransactionsResponse,
)

from wirekafka.apis.context import RequestContext
from wirekafka.coordinator.transaction.admin import TransactionFilter
from wirekafka.coordinator.transaction.shard import TransactionCoordinatorShard

if TYPE_CHECKING:
    from wirekafka.broker import Broker

REQUEST = ListTransactionsRequest


def handle(
    broker: Broker, context: RequestContext, request: ListTransactionsRequest
) -> ListTransactionsResponse:
    if broker.transactions.loading_partitions():
        raise ApiError(ErrorCode.COORDINATOR_LOAD_IN_PROGRESS)
    wanted = TransactionFilter.from_request(request)
    found = broker.transactions.each(TransactionCoordinatorShard.list_transactions, wanted)
    return ListTransactionsResponse(
        unknown_state_filters=list(wanted.unknown_states),
        transaction_states=list(chain.from_iterable(found)),
    )


def error_response(
    request: ListTransactionsRequest, context: RequestContext, error: ApiError
) -> ListTransactionsResponse:
    return ListTransactionsResponse(error_code=int(error.code))
