"""What the coordinator shows of its transactions: one described, many listed and filtered.

Source: `TransactionCoordinator.handleDescribeTransactions`,
`TransactionStateManager.listTransactionStates`; KIP-664, KIP-994, KIP-1152.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from wirekafka_protocol.messages import describe_transactions, list_transactions
from wirekafka_protocol.messages.list_transactions import ListTransactionsRequest

from wirekafka.coordinator.patterns import Pattern
from wirekafka.coordinator.transaction.metadata import TransactionMetadata
from wirekafka.coordinator.transaction.states import STATE_NAMES, TransactionState

_STATES = {name: state for state, name in STATE_NAMES.items()}


def describe(
    transactional_id: str, metadata: TransactionMetadata
) -> describe_transactions.TransactionState:
    """The row of DescribeTransactions."""
    return describe_transactions.TransactionState(
        transactional_id=transactional_id,
        transaction_state=STATE_NAMES[metadata.state],
        transaction_timeout_ms=metadata.timeout_ms,
        transaction_start_time_ms=metadata.start_time_ms,
        producer_id=metadata.producer_id,
        producer_epoch=metadata.producer_epoch,
        topics=[
            describe_transactions.TopicData(topic, list(indexes))
            for topic, indexes in metadata.partitions.items()
        ],
    )


@dataclass(slots=True, frozen=True)
class TransactionFilter:
    """Which transactions ListTransactions asks for; a filter that is not set lets all through."""

    states: frozenset[TransactionState] | None
    unknown_states: tuple[str, ...]
    """Names that were asked for and are none of Kafka's; for the answer."""
    producer_ids: frozenset[int]
    longer_than_ms: int
    """Below 0: any. An id without a transaction counts as open since 1970, as in Kafka."""
    pattern: Pattern | None
    """Of the whole transactional id."""

    @classmethod
    def from_request(cls, request: ListTransactionsRequest) -> TransactionFilter:
        """Raises ApiError (INVALID_REGULAR_EXPRESSION)."""
        names = request.state_filters
        return cls(
            states=frozenset(_STATES[name] for name in names if name in _STATES) if names else None,
            unknown_states=tuple(dict.fromkeys(name for name in names if name not in _STATES)),
            producer_ids=frozenset(request.producer_id_filters),
            longer_than_ms=request.duration_filter,
            # As in Kafka, the empty pattern is none.
            pattern=Pattern(text) if (text := request.transactional_id_pattern) else None,
        )

    def matches(self, transactional_id: str, metadata: TransactionMetadata, now_ms: int) -> bool:
        """Whether one transactional id is asked for."""
        if self.producer_ids and metadata.producer_id not in self.producer_ids:
            return False
        if self.states is not None and metadata.state not in self.states:
            return False
        if self.longer_than_ms >= 0 and now_ms - metadata.start_time_ms <= self.longer_than_ms:
            return False
        return self.pattern is None or self.pattern.matches(transactional_id)


def list_matching(
    transactions: Mapping[str, TransactionMetadata], wanted: TransactionFilter, now_ms: int
) -> list[list_transactions.TransactionState]:
    """The rows of ListTransactions."""
    return [
        list_transactions.TransactionState(
            transactional_id, metadata.producer_id, STATE_NAMES[metadata.state]
        )
        for transactional_id, metadata in transactions.items()
        if wanted.matches(transactional_id, metadata, now_ms)
    ]
