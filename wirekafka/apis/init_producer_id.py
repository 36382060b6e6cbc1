"""InitProducerId: key 22, versions 0-5 (6 is unstable in Kafka 4.3 and not advertised).

Gives an idempotent producer its producer id, with epoch 0: a new one every time, never one that
was given out before, also after a restart.

1 throttle time; 2 flexible; 3 producer id and epoch of before (KIP-360); 4 PRODUCER_FENCED;
5 transactions v2 (KIP-890).

Differs from Kafka: transactions are not served yet. A valid request with a transactional id gets
UNSUPPORTED_VERSION, which every client reports at once as fatal.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from wirekafka_protocol.errors import ApiError, ErrorCode
from wirekafka_protocol.messages.init_producer_id import (
    InitProducerIdRequest,
    InitProducerIdResponse,
)

from wirekafka.apis.context import RequestContext
from wirekafka.metadata.engine import Unavailable

if TYPE_CHECKING:
    from collections.abc import Coroutine
    from typing import Any

    from wirekafka.broker import Broker

REQUEST = InitProducerIdRequest


def handle(
    broker: Broker, context: RequestContext, request: InitProducerIdRequest
) -> InitProducerIdResponse | Coroutine[Any, Any, InitProducerIdResponse]:
    """From the current block at once; a new block is fetched when it is used up."""
    if (request.producer_id == -1) != (request.producer_epoch == -1):
        raise ApiError(ErrorCode.INVALID_REQUEST)
    if request.transactional_id is None:
        producer_id = broker.producer_ids.next_in_block()
        if producer_id is None:
            return _from_next_block(broker)
        return InitProducerIdResponse(producer_id=producer_id, producer_epoch=0)
    if request.transactional_id == "":
        raise ApiError(ErrorCode.INVALID_REQUEST)
    if not 0 < request.transaction_timeout_ms <= broker.config.transaction_max_timeout_ms:
        raise ApiError(ErrorCode.INVALID_TRANSACTION_TIMEOUT)
    raise ApiError(ErrorCode.UNSUPPORTED_VERSION)


def error_response(
    request: InitProducerIdRequest, context: RequestContext, error: ApiError
) -> InitProducerIdResponse:
    """An error and no producer id."""
    return InitProducerIdResponse(error_code=int(error.code), producer_id=-1, producer_epoch=-1)


async def _from_next_block(broker: Broker) -> InitProducerIdResponse:
    try:
        producer_id = await broker.producer_ids.next()
    except Unavailable as error:
        # As in Kafka: the code that every client takes for "ask again".
        raise ApiError(ErrorCode.COORDINATOR_LOAD_IN_PROGRESS, str(error)) from error
    return InitProducerIdResponse(producer_id=producer_id, producer_epoch=0)
