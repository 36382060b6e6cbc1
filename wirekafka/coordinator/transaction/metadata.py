"""TransactionMetadata: what the coordinator knows of one transactional id.

A frozen value: a decision makes the next one with `moved`, replay puts it in the place of the last.

Source: Kafka's `TransactionMetadata`, `TxnTransitMetadata`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from wirekafka.coordinator.transaction.states import TRANSITIONS, TransactionState

NO_PRODUCER_ID = -1
NO_PRODUCER_EPOCH = -1
NO_START = -1

LAST_PRODUCER_EPOCH = 2**15 - 2
"""The highest epoch that a producer gets; then it gets a new id. The int16 above it is left for
fencing that producer once more."""

MAX_EPOCH = 2**15 - 1

V1 = 0
"""The protocol of the clients that end a transaction without a new epoch; in the log it is 0."""
V2 = 2
"""Every end of a transaction raises the epoch (KIP-890)."""

Partitions = Mapping[str, tuple[int, ...]]
"""By topic, ascending. Never changed once it is made."""


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
    client_transaction_version: int = V1
    """The version of the transaction protocol that the last transaction used (KIP-890)."""
    partitions: Partitions = field(default_factory=dict)
    """Those that get a marker at the end."""
    start_time_ms: int = NO_START
    """When the first partition was added. It stays until the id is initialised again."""
    last_producer_epoch: int = field(default=NO_PRODUCER_EPOCH, compare=False)
    """The epoch that a client had before it was raised. It tells a retry from a producer that is to
    be fenced. As in Kafka it is not in the log, so it is lost on loading."""

    @property
    def is_epoch_exhausted(self) -> bool:
        """Whether the next epoch needs a new producer id."""
        return self.producer_epoch >= LAST_PRODUCER_EPOCH

    def has(self, topic: str, partition: int) -> bool:
        """Whether a partition is part of the transaction."""
        return partition in self.partitions.get(topic, ())

    def moved(self, state: TransactionState, now_ms: int, **changes: Any) -> TransactionMetadata:
        """What follows when the state becomes `state`; `changes` are fields."""
        assert state in TRANSITIONS[self.state], (self, state)
        return replace(
            self,
            state=state,
            update_time_ms=now_ms,
            previous_producer_id=self.producer_id,
            **changes,
        )
