"""The rules of adding partitions to a transaction, and of asking whether they are part of it.

The first partition begins the transaction. Only the producer of now may add: another producer id is
INVALID_PRODUCER_ID_MAPPING, another epoch PRODUCER_FENCED. While the transaction before is being
ended the answer is CONCURRENT_TRANSACTIONS; it comes before the other two, because the end may
change producer id and epoch. Only asking what is part of the transaction looks at them first.

Source: `TransactionCoordinator.handleAddPartitionsToTransaction`,
`handleVerifyPartitionsInTransaction`; KIP-890.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from wirekafka_protocol.errors import ApiError, ErrorCode

from wirekafka.coordinator.transaction.metadata import Partitions, TransactionMetadata
from wirekafka.coordinator.transaction.requests import AddPartitions
from wirekafka.coordinator.transaction.states import PREPARED, TransactionState

TopicPartition = tuple[str, int]


def added(
    current: TransactionMetadata | None, request: AddPartitions, now_ms: int
) -> TransactionMetadata | None:
    """What follows `current`; None when nothing changes. Raises ApiError."""
    if current is not None and current.state in PREPARED:
        raise is_ending(request.transactional_id)
    current = producer_of(current, request)
    is_ongoing = current.state is TransactionState.ONGOING
    if is_ongoing and all(current.has(*partition) for partition in request.partitions):
        return None
    return current.moved(
        TransactionState.ONGOING,
        now_ms,
        partitions=_with(current.partitions, request.partitions),
        start_time_ms=current.start_time_ms if is_ongoing else now_ms,
        client_transaction_version=request.transaction_version,
    )


def verified(
    current: TransactionMetadata | None, request: AddPartitions
) -> Mapping[TopicPartition, ErrorCode]:
    """NONE for what is part of the transaction, else TRANSACTION_ABORTABLE. Raises ApiError."""
    current = producer_of(current, request)
    if current.state in PREPARED:
        raise is_ending(request.transactional_id)
    return {
        partition: (ErrorCode.NONE if current.has(*partition) else ErrorCode.TRANSACTION_ABORTABLE)
        for partition in request.partitions
    }


def producer_of(current: TransactionMetadata | None, request: AddPartitions) -> TransactionMetadata:
    """`current`, if the request comes from its producer. Raises ApiError."""
    name = request.transactional_id
    if current is None:
        raise ApiError(ErrorCode.INVALID_PRODUCER_ID_MAPPING, f"{name} has no producer")
    if current.producer_id != request.producer_id:
        raise ApiError(
            ErrorCode.INVALID_PRODUCER_ID_MAPPING,
            f"{name} has the producer {current.producer_id}, not {request.producer_id}",
        )
    if current.producer_epoch != request.producer_epoch:
        raise ApiError(
            ErrorCode.PRODUCER_FENCED,
            f"{name} is at epoch {current.producer_epoch}, not {request.producer_epoch}",
        )
    return current


def is_ending(transactional_id: str) -> ApiError:
    """The markers of a transaction are being written."""
    return ApiError(
        ErrorCode.CONCURRENT_TRANSACTIONS, f"a transaction of {transactional_id} is being ended"
    )


def _with(partitions: Partitions, more: Sequence[TopicPartition]) -> Partitions:
    together = dict(partitions)
    by_topic: dict[str, set[int]] = {}
    for topic, index in more:
        by_topic.setdefault(topic, set()).add(index)
    for topic, indexes in by_topic.items():
        together[topic] = tuple(sorted(indexes.union(together.get(topic, ()))))
    return together
