"""AddOffsetsToTxn: key 25, versions 0-4.

Makes the offsets of a group part of a transaction, before TxnOffsetCommit: adds the group's
partition of `__consumer_offsets`. Producers of transactions v2 do not ask; TxnOffsetCommit 5 adds
it (KIP-890). Any group id is good, also the empty one and one that nobody uses.

1 throttle time; 2 PRODUCER_FENCED where there was INVALID_PRODUCER_EPOCH; 3 flexible; 4 may tell
the producer TRANSACTION_ABORTABLE.

Differs from Kafka: nothing that a client can see.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from wirekafka_protocol.errors import ApiError, ErrorCode
from wirekafka_protocol.messages.add_offsets_to_txn import (
    AddOffsetsToTxnRequest,
    AddOffsetsToTxnResponse,
)

from wirekafka.apis.context import RequestContext
from wirekafka.apis.coordinator_requests import mapped
from wirekafka.apis.deferred import Deferred
from wirekafka.apis.group_requests import coordinator_partition
from wirekafka.apis.transaction_requests import ask
from wirekafka.coordinator.transaction.requests import AddPartitions
from wirekafka.coordinator.transaction.shard import TransactionCoordinatorShard
from wirekafka.internal_topics import OFFSETS_TOPIC

if TYPE_CHECKING:
    from wirekafka.broker import Broker

REQUEST = AddOffsetsToTxnRequest

_PRODUCER_FENCED = 2


def handle(broker: Broker, context: RequestContext, request: AddOffsetsToTxnRequest) -> Deferred:
    place = (OFFSETS_TOPIC, coordinator_partition(broker, request.group_id))
    added = AddPartitions(
        request.transactional_id,
        request.producer_id,
        request.producer_epoch,
        partitions=(place,),
        verify_only=False,
    )
    method = TransactionCoordinatorShard.add_partitions
    asked = ask(broker, context, request.transactional_id, method, added)
    return mapped(asked, partial(_response, place))


def error_response(
    request: AddOffsetsToTxnRequest, context: RequestContext, error: ApiError
) -> AddOffsetsToTxnResponse:
    code = error.code
    if code is ErrorCode.PRODUCER_FENCED and context.api_version < _PRODUCER_FENCED:
        code = ErrorCode.INVALID_PRODUCER_EPOCH
    return AddOffsetsToTxnResponse(error_code=int(code))


def _response(place: tuple[str, int], answer: Any) -> AddOffsetsToTxnResponse | ApiError:
    if isinstance(answer, ApiError):
        return answer
    return AddOffsetsToTxnResponse(error_code=int(answer[place]))
