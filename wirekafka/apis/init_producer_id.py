"""InitProducerId: key 22, versions 0-5 (6 is unstable in Kafka 4.3 and not advertised).

Without a transactional id: a producer id that was never given out before, also not before a
restart, with epoch 0; whatever the request says of timeout, id and epoch.

With a transactional id: its producer id, from then on the same, with the next epoch, which fences
whoever had the epoch before. The rules are the coordinator's
(coordinator/transaction/init_producer_id.py). An id without epoch or the reverse and an empty
transactional id are INVALID_REQUEST, a timeout of 0 or above transaction.max.timeout.ms is
INVALID_TRANSACTION_TIMEOUT.

1 throttle time; 2 flexible; 3 producer id and epoch of before (KIP-360); 4 PRODUCER_FENCED where
there was INVALID_PRODUCER_EPOCH; 5 transactions v2 (KIP-890).

Differs from Kafka: when the block of producer ids is used up, the request waits for the next one
instead of being answered COORDINATOR_LOAD_IN_PROGRESS; only if there is none to be had, that is the
answer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from wirekafka_protocol.errors import ApiError, ErrorCode
from wirekafka_protocol.messages.init_producer_id import (
    InitProducerIdRequest,
    InitProducerIdResponse,
)

from wirekafka.apis.context import RequestContext
from wirekafka.apis.deferred import Deferred
from wirekafka.apis.transaction_requests import ask_with_producer_ids
from wirekafka.coordinator.transaction.init_producer_id import check_request
from wirekafka.coordinator.transaction.metadata import NO_PRODUCER_EPOCH, NO_PRODUCER_ID
from wirekafka.coordinator.transaction.shard import TransactionCoordinatorShard
from wirekafka.metadata.engine import Unavailable

if TYPE_CHECKING:
    from collections.abc import Coroutine
    from typing import Any

    from wirekafka.broker import Broker

REQUEST = InitProducerIdRequest

_PRODUCER_FENCED = 4


def handle(
    broker: Broker, context: RequestContext, request: InitProducerIdRequest
) -> InitProducerIdResponse | Deferred | Coroutine[Any, Any, InitProducerIdResponse]:
    """From the current block of ids at once; a new block is fetched when it is used up."""
    check_request(request, max_timeout_ms=broker.config.transaction_max_timeout_ms)
    if request.transactional_id is not None:
        method = TransactionCoordinatorShard.init_producer_id
        return ask_with_producer_ids(broker, context, request.transactional_id, method, request)
    producer_id = broker.producer_ids.next_in_block()
    if producer_id is None:
        return _from_next_block(broker)
    return InitProducerIdResponse(producer_id=producer_id, producer_epoch=0)


def error_response(
    request: InitProducerIdRequest, context: RequestContext, error: ApiError
) -> InitProducerIdResponse:
    """An error and no producer id."""
    code = error.code
    if code is ErrorCode.PRODUCER_FENCED and context.api_version < _PRODUCER_FENCED:
        code = ErrorCode.INVALID_PRODUCER_EPOCH
    return InitProducerIdResponse(
        error_code=code, producer_id=NO_PRODUCER_ID, producer_epoch=NO_PRODUCER_EPOCH
    )


async def _from_next_block(broker: Broker) -> InitProducerIdResponse:
    try:
        producer_id = await broker.producer_ids.next()
    except Unavailable as error:
        # As in Kafka: the code that every client takes for "ask again".
        raise ApiError(ErrorCode.COORDINATOR_LOAD_IN_PROGRESS, str(error)) from error
    return InitProducerIdResponse(producer_id=producer_id, producer_epoch=0)
