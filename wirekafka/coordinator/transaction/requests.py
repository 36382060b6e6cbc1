"""What other parts of the broker ask of the transaction coordinator, and what it asks of them.

Clients' requests are the generated messages. These are the rest: adding partitions, which a client,
a produce request or an offset commit may cause, and the two halves of ending a transaction. The
coordinator decides an end and gives `CompleteTransaction` out as an effect; whoever carries it out
writes a marker to each partition and tells the coordinator so with `MarkersWritten`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from wirekafka.coordinator.transaction.metadata import V1, Partitions


@dataclass(slots=True, frozen=True)
class AddPartitions:
    """Make partitions part of a producer's transaction, which begins if there is none.

    `verify_only`: say which ones are part of it, change nothing.
    """

    transactional_id: str
    producer_id: int
    producer_epoch: int
    partitions: Sequence[tuple[str, int]]
    verify_only: bool = False
    transaction_version: int = V1
    """Of the client that writes: 2 when it leaves adding to the broker (KIP-890)."""


@dataclass(slots=True, frozen=True)
class CompleteTransaction:
    """Effect: the end of a transaction is in the log, and its partitions have to be told.

    It is given out again when the coordinator loads, so a marker may be written twice. Without
    partitions there is only the coordinator to tell.
    """

    transactional_id: str
    producer_id: int
    producer_epoch: int
    """For the markers: in transactions v2 one above that of the transaction's records."""
    committed: bool
    partitions: Partitions
    transaction_version: int


@dataclass(slots=True, frozen=True)
class MarkersWritten:
    """Every partition of a `CompleteTransaction` has its marker; the fields are that one's."""

    transactional_id: str
    producer_id: int
    producer_epoch: int
