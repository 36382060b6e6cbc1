"""The rules of ending a transaction: by its producer, for its producer, and for good.

An end is two records. Prepare says what is decided; the markers are written from it, also after a
restart. Complete says that they are written, and lets the next transaction begin. In between every
client has to wait (CONCURRENT_TRANSACTIONS).

The protocol of old (`V1`) leaves the epoch as it is, so a repeated end and the end of the next
transaction look alike: after a commit another commit is good, and an abort is INVALID_TXN_STATE.
The new one (`V2`, KIP-890) raises the epoch with Prepare, and the answer has the new one. So the
epoch of before names the transaction that has ended, and its repeated end is answered with the same
result again; the epoch of now names the next one. It can be aborted without having begun, for its
producer may not know that, and cannot be committed. When the epochs are used up, Prepare has the
last int16 and the next producer id, and Complete that id with epoch 0.

A transaction that takes too long, or whose producer is initialised again, is aborted by the rules
of V2, so its producer is fenced. Kafka is in PrepareEpochFence for that moment.

Source: `TransactionCoordinator.endTransaction`, `endTransactionWithTV1`; `TransactionMetadata.
prepareAbortOrCommit`, `prepareComplete`, `prepareFenceProducerEpoch`; KIP-98, KIP-890; what 4.3.1
writes when the epochs of an open transaction are used up.
"""

from __future__ import annotations

from wirekafka_protocol.errors import ApiError, ErrorCode
from wirekafka_protocol.messages.end_txn import EndTxnRequest

from wirekafka.coordinator.transaction.add_partitions import is_ending
from wirekafka.coordinator.transaction.metadata import (
    LAST_PRODUCER_EPOCH,
    MAX_EPOCH,
    NO_PRODUCER_ID,
    V1,
    V2,
    TransactionMetadata,
)
from wirekafka.coordinator.transaction.new_producer_id import NextProducerId, new_producer_id
from wirekafka.coordinator.transaction.states import OPEN, PREPARED, STATE_NAMES, TransactionState

_COMPLETED = {
    TransactionState.COMPLETE_COMMIT: True,
    TransactionState.COMPLETE_ABORT: False,
}
"""Whether it was a commit."""


def ended_v1(
    current: TransactionMetadata | None, request: EndTxnRequest, now_ms: int
) -> TransactionMetadata | None:
    """What follows `current`; None when the transaction has ended this way. Raises ApiError."""
    if current is None or current.producer_id != request.producer_id:
        raise _unknown(current, request)
    if current.producer_epoch != request.producer_epoch:
        raise _fenced(current, request)
    if current.state in PREPARED:
        raise is_ending(request.transactional_id)
    if current.state is TransactionState.ONGOING:
        return current.moved(_prepare(request.committed), now_ms, client_transaction_version=V1)
    if _COMPLETED.get(current.state) == request.committed:
        return None
    raise _impossible(current, request)


def ended_v2(
    current: TransactionMetadata | None,
    request: EndTxnRequest,
    now_ms: int,
    next_producer_id: NextProducerId,
) -> TransactionMetadata | None:
    """What follows `current`; None when the transaction has ended this way. Raises ApiError."""
    if current is None:
        raise _unknown(current, request)
    if current.state in PREPARED:
        # First, because the client may have the producer id that Complete will bring.
        raise is_ending(request.transactional_id)
    has_new_id = _has_new_producer_id(current, request)
    if current.producer_id != request.producer_id and not has_new_id:
        raise _unknown(current, request)
    if current.state in _COMPLETED and (has_new_id or _has_raised_epoch(current, request)):
        if _COMPLETED[current.state] == request.committed:
            return None
        raise _impossible(current, request)
    if current.producer_epoch != request.producer_epoch:
        raise _fenced(current, request)
    if request.committed and current.state is not TransactionState.ONGOING:
        raise _impossible(current, request)
    return raised(current, _prepare(request.committed), now_ms, next_producer_id)


def raised(
    current: TransactionMetadata,
    state: TransactionState,
    now_ms: int,
    next_producer_id: NextProducerId,
) -> TransactionMetadata:
    """`current` in the prepared `state`, with the next epoch: how V2 ends a transaction, and how
    one is aborted that its producer does not end. Raises ApiError when a producer id is needed and
    none is at hand."""
    assert state in PREPARED
    following_id = NO_PRODUCER_ID
    if current.is_epoch_exhausted:
        following_id = new_producer_id(next_producer_id)
    return current.moved(
        state,
        now_ms,
        # A broker before 4.0 may have left the highest epoch behind, and there is none above it.
        producer_epoch=min(current.producer_epoch + 1, MAX_EPOCH),
        last_producer_epoch=current.producer_epoch,
        next_producer_id=following_id,
        start_time_ms=current.start_time_ms if current.state in OPEN else now_ms,
        client_transaction_version=V2,
    )


def completed(current: TransactionMetadata, now_ms: int) -> TransactionMetadata:
    """What follows a prepared state once all markers are written."""
    has_next = current.next_producer_id != NO_PRODUCER_ID
    is_commit = current.state is TransactionState.PREPARE_COMMIT
    return current.moved(
        TransactionState.COMPLETE_COMMIT if is_commit else TransactionState.COMPLETE_ABORT,
        now_ms,
        producer_id=current.next_producer_id if has_next else current.producer_id,
        producer_epoch=0 if has_next else current.producer_epoch,
        next_producer_id=NO_PRODUCER_ID,
        partitions={},
    )


def _prepare(committed: bool) -> TransactionState:
    return TransactionState.PREPARE_COMMIT if committed else TransactionState.PREPARE_ABORT


def _has_raised_epoch(current: TransactionMetadata, request: EndTxnRequest) -> bool:
    """Whether the client names the transaction that has ended."""
    return (
        current.client_transaction_version >= V2
        and current.producer_epoch == request.producer_epoch + 1
    )


def _has_new_producer_id(current: TransactionMetadata, request: EndTxnRequest) -> bool:
    """Whether it names the last transaction of the producer id of before."""
    return (
        current.producer_id != request.producer_id
        and current.producer_epoch == 0
        and current.previous_producer_id == request.producer_id
        and request.producer_epoch == LAST_PRODUCER_EPOCH
    )


def _unknown(current: TransactionMetadata | None, request: EndTxnRequest) -> ApiError:
    return ApiError(
        ErrorCode.INVALID_PRODUCER_ID_MAPPING,
        f"{request.transactional_id} has the producer "
        f"{current.producer_id if current else None}, not {request.producer_id}",
    )


def _fenced(current: TransactionMetadata, request: EndTxnRequest) -> ApiError:
    return ApiError(
        ErrorCode.PRODUCER_FENCED,
        f"{request.transactional_id} is {STATE_NAMES[current.state]} at epoch "
        f"{current.producer_epoch}, not {request.producer_epoch}",
    )


def _impossible(current: TransactionMetadata, request: EndTxnRequest) -> ApiError:
    return ApiError(
        ErrorCode.INVALID_TXN_STATE,
        f"{request.transactional_id} is {STATE_NAMES[current.state]} and cannot be "
        f"{'committed' if request.committed else 'aborted'}",
    )
