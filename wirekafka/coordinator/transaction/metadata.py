"""TransactionMetadata: what the coordinator knows of one transactional id.

A frozen value: a decision makes the next one, replay puts it in the place of the last.

Source: Kafka's `TransactionMetadata`, `TxnTransitMetadata`.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from wirekafka.coordinator.transaction.states import TransactionState

NO_PRODUCER_ID = -1
NO_PRODUCER_EPOCH = -1

LAST_PRODUCER_EPOCH = 2**15 - 2
"""The highest epoch that a producer gets; then it gets a new id. The int16 above it is left for
fencing that producer once more."""


@dataclass(slots=True, frozen=True)
class TransactionMetadata:
    """Of one transactional id."""

    producer_id: int
    producer_epoch: int
    timeout_ms: int
    state: TransactionState
    update_time_ms: int
    previous_producer_id: int = NO_PRODUCER_ID
    """The producer id before the latest change, often the same."""
    next_producer_id: int = NO_PRODUCER_ID
    """Set between the two records that end a transaction whose producer id is exhausted."""
    client_transaction_version: int = 0
    """The version of the transaction protocol that the last transaction used (KIP-890)."""
    last_producer_epoch: int = field(default=NO_PRODUCER_EPOCH, compare=False)
    """The epoch that a client named when it last asked for a new one. It tells a retry from a
    producer that is to be fenced. As in Kafka it is not in the log, so it is lost on loading."""

    @property
    def is_epoch_exhausted(self) -> bool:
        """Whether the next epoch needs a new producer id."""
        return self.producer_epoch >= LAST_PRODUCER_EPOCH
