"""The rules of InitProducerId for a transactional id: which producer id and epoch are next.

A new transactional id gets a new producer id with epoch 0. Asked again without id and epoch, the
next epoch: whoever had the last one is fenced from then on. With them (KIP-360) they must be those
of now, or those of just before: then it is a retry whose first answer was lost, and gets that
answer. An epoch that cannot be raised any more makes room for a new producer id with epoch 0.

Over an open transaction it is not answered with a producer: first the transaction is aborted, which
raises the epoch as well. Until that is over every client is told CONCURRENT_TRANSACTIONS, also the
one that asked, and asks again. So that client finds an epoch that is two higher.

Differs from Kafka: when the epoch is exhausted, a retry is answered and a stale epoch fenced; Kafka
runs into an assertion there and answers UNKNOWN_SERVER_ERROR to both.

Source: `TransactionCoordinator.handleInitProducerId`, `prepareInitProducerIdTransit`;
`TransactionMetadata.prepareIncrementProducerEpoch`, `prepareProducerIdRotation`; KIP-360.
"""

from __future__ import annotations

from wirekafka_protocol.errors import ApiError, ErrorCode
from wirekafka_protocol.messages.init_producer_id import InitProducerIdRequest

from wirekafka.coordinator.transaction.add_partitions import is_ending
from wirekafka.coordinator.transaction.end_txn import raised
from wirekafka.coordinator.transaction.metadata import (
    LAST_PRODUCER_EPOCH,
    NO_PRODUCER_EPOCH,
    NO_PRODUCER_ID,
    NO_START,
    TransactionMetadata,
)
from wirekafka.coordinator.transaction.new_producer_id import NextProducerId, new_producer_id
from wirekafka.coordinator.transaction.states import OPEN, PREPARED, TransactionState


def check_request(request: InitProducerIdRequest, *, max_timeout_ms: int) -> None:
    """What does not depend on any state, so that it is refused whoever the coordinator is.

    Raises ApiError. A producer without a transactional id has no transactions to time out.
    """
    has_no_id = request.producer_id == NO_PRODUCER_ID
    has_no_epoch = request.producer_epoch == NO_PRODUCER_EPOCH
    if has_no_id != has_no_epoch:
        raise ApiError(ErrorCode.INVALID_REQUEST, "a producer id and its epoch go together")
    if request.transactional_id is None:
        return
    if request.transactional_id == "":
        raise ApiError(ErrorCode.INVALID_REQUEST, "the transactional id is empty")
    if not 0 < request.transaction_timeout_ms <= max_timeout_ms:
        raise ApiError(
            ErrorCode.INVALID_TRANSACTION_TIMEOUT,
            f"transaction timeout {request.transaction_timeout_ms} ms is not 1 to {max_timeout_ms}",
        )


def initialised(
    current: TransactionMetadata | None,
    request: InitProducerIdRequest,
    now_ms: int,
    next_producer_id: NextProducerId,
) -> TransactionMetadata:
    """What follows `current` (None: the transactional id is new): the producer's new id or epoch,
    or PrepareAbort of its open transaction. Raises ApiError."""
    if current is None:
        return _empty(None, request, now_ms, producer_id=new_producer_id(next_producer_id))
    if current.state in PREPARED:
        raise is_ending(_name(request))
    has_expectation = request.producer_id != NO_PRODUCER_ID
    if has_expectation and not _is_producer(current, request):
        raise _fenced(current, request)
    if current.state in OPEN:
        return raised(current, TransactionState.PREPARE_ABORT, now_ms, next_producer_id)
    expects_now = not has_expectation or request.producer_epoch == current.producer_epoch
    if expects_now:
        return _raised(current, request, now_ms, next_producer_id)
    if request.producer_epoch == current.last_producer_epoch:
        return _empty(
            current,
            request,
            now_ms,
            producer_id=current.producer_id,
            producer_epoch=current.producer_epoch,
            last_producer_epoch=current.last_producer_epoch,
        )
    raise _fenced(current, request)


def _is_producer(current: TransactionMetadata, request: InitProducerIdRequest) -> bool:
    """Whether the client has the producer id of now, or the one that it exhausted: the answer that
    would have given it the new one may be lost."""
    if request.producer_id == current.producer_id:
        return True
    is_previous = request.producer_id == current.previous_producer_id
    return is_previous and request.producer_epoch >= LAST_PRODUCER_EPOCH


def _raised(
    current: TransactionMetadata,
    request: InitProducerIdRequest,
    now_ms: int,
    next_producer_id: NextProducerId,
) -> TransactionMetadata:
    """The next epoch, of a new producer id if the present one has no more."""
    has_expectation = request.producer_id != NO_PRODUCER_ID
    last_epoch = current.producer_epoch if has_expectation else NO_PRODUCER_EPOCH
    if current.is_epoch_exhausted:
        producer_id, epoch = new_producer_id(next_producer_id), 0
    else:
        producer_id, epoch = current.producer_id, current.producer_epoch + 1
    return _empty(
        current,
        request,
        now_ms,
        producer_id=producer_id,
        producer_epoch=epoch,
        last_producer_epoch=last_epoch,
    )


def _empty(
    current: TransactionMetadata | None,
    request: InitProducerIdRequest,
    now_ms: int,
    *,
    producer_id: int,
    producer_epoch: int = 0,
    last_producer_epoch: int = NO_PRODUCER_EPOCH,
) -> TransactionMetadata:
    if current is not None:
        return current.moved(
            TransactionState.EMPTY,
            now_ms,
            producer_id=producer_id,
            producer_epoch=producer_epoch,
            last_producer_epoch=last_producer_epoch,
            timeout_ms=request.transaction_timeout_ms,
            start_time_ms=NO_START,
        )
    return TransactionMetadata(
        producer_id=producer_id,
        producer_epoch=producer_epoch,
        timeout_ms=request.transaction_timeout_ms,
        state=TransactionState.EMPTY,
        update_time_ms=now_ms,
        # As Kafka, which makes the metadata of a new id first and has it change afterwards.
        previous_producer_id=producer_id,
        last_producer_epoch=last_producer_epoch,
    )


def _name(request: InitProducerIdRequest) -> str:
    assert request.transactional_id
    return request.transactional_id


def _fenced(current: TransactionMetadata, request: InitProducerIdRequest) -> ApiError:
    return ApiError(
        ErrorCode.PRODUCER_FENCED,
        f"transactional id {request.transactional_id}: producer {request.producer_id} epoch "
        f"{request.producer_epoch}, but now it is producer {current.producer_id} epoch "
        f"{current.producer_epoch}",
    )
