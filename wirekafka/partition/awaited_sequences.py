"""With which sequence a producer's transaction has to begin in a partition.

A producer has several batches on their way. If the first one cannot be verified (its coordinator is
loading) and the second can, the second must not be appended: in a log that does not know the
producer any sequence is accepted, and the first batch would be lost. So the lowest sequence that
was asked about is remembered until a batch of the transaction, or its marker, is in the log.

Source: Kafka's `VerificationStateEntry`, `ProducerAppendInfo.checkSequence` (KAFKA-14640).
"""

from __future__ import annotations

from wirekafka.coordinator.machine import ProducerStamp

MOST_PRODUCERS = 1_000
"""In one partition, all of them between a question and an append. The oldest is forgotten then."""


class AwaitedSequences:
    """Of one partition."""

    __slots__ = ("_lowest",)

    def __init__(self) -> None:
        self._lowest: dict[int, tuple[int, int]] = {}
        """By producer id: epoch and sequence."""

    def ask(self, producer: ProducerStamp, base_sequence: int) -> None:
        """A batch of this producer is about to be verified."""
        producer_id, epoch = producer.producer_id, producer.producer_epoch
        known = self._lowest.get(producer_id)
        if known is None and len(self._lowest) == MOST_PRODUCERS:
            del self._lowest[next(iter(self._lowest))]
        if known is None or known[0] < epoch:
            self._lowest[producer_id] = epoch, base_sequence
        elif known[0] == epoch:
            self._lowest[producer_id] = epoch, min(known[1], base_sequence)

    def lowest(self, producer_id: int) -> int | None:
        """None when any is good."""
        known = self._lowest.get(producer_id)
        return None if known is None else known[1]

    def settle(self, producer_id: int) -> None:
        """A batch of the producer's transaction, or its marker, is in the log."""
        self._lowest.pop(producer_id, None)
