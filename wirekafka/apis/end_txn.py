"""EndTxn: key 26, versions 0-5.

Commits or aborts a transaction. The answer comes when the decision is in the log of the
coordinator; the markers follow at once (wirekafka/transaction_markers.py), and until they are
written the next transaction is CONCURRENT_TRANSACTIONS. The rules are the coordinator's.

Asked again with the same result it is good again. The other result, or nothing begun, is
INVALID_TXN_STATE; but 5 may abort what it has not begun, for it does not know whether a request of
its own has begun something.

1 throttle time; 2 PRODUCER_FENCED where there was INVALID_PRODUCER_EPOCH; 3 flexible; 4 may tell
the producer TRANSACTION_ABORTABLE; 5 transactions v2: the answer has the producer's next epoch, or
its next producer id when the epochs are used up (KIP-890).

Differs from Kafka: when the block of producer ids is used up, the request waits for the next one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from wirekafka_protocol.errors import ApiError, ErrorCode
from wirekafka_protocol.messages.end_txn import EndTxnRequest, EndTxnResponse

from wirekafka.apis.context import RequestContext
from wirekafka.apis.deferred import Deferred
from wirekafka.apis.transaction_requests import ask, ask_with_producer_ids
from wirekafka.coordinator.transaction.shard import TransactionCoordinatorShard

if TYPE_CHECKING:
    from wirekafka.broker import Broker

REQUEST = EndTxnRequest

_PRODUCER_FENCED = 2
_TRANSACTIONS_V2 = 5


def handle(broker: Broker, context: RequestContext, request: EndTxnRequest) -> Deferred:
    method = TransactionCoordinatorShard.end_txn
    asking = ask_with_producer_ids if context.api_version >= _TRANSACTIONS_V2 else ask
    return asking(broker, context, request.transactional_id, method, request)


def error_response(
    request: EndTxnRequest, context: RequestContext, error: ApiError
) -> EndTxnResponse:
    """An error; producer id and epoch are -1."""
    code = error.code
    if code is ErrorCode.PRODUCER_FENCED and context.api_version < _PRODUCER_FENCED:
        code = ErrorCode.INVALID_PRODUCER_EPOCH
    return EndTxnResponse(error_code=int(code))
