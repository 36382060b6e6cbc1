"""AwaitedSequences: the lowest sequence of an epoch counts, until something is in the log."""

from __future__ import annotations

from wirekafka.coordinator.machine import ProducerStamp
from wirekafka.partition.awaited_sequences import MOST_PRODUCERS, AwaitedSequences


def test_the_lowest_of_the_newest_epoch_counts() -> None:
    awaited = AwaitedSequences()
    assert awaited.lowest(1) is None
    for epoch, sequence, lowest in ((0, 5, 5), (0, 7, 5), (0, 3, 3), (1, 9, 9), (0, 0, 9)):
        awaited.ask(ProducerStamp(1, epoch), sequence)
        assert awaited.lowest(1) == lowest
    awaited.settle(1)
    awaited.settle(1)
    assert awaited.lowest(1) is None


def test_the_oldest_of_too_many_is_forgotten() -> None:
    awaited = AwaitedSequences()
    for producer_id in range(MOST_PRODUCERS + 1):
        awaited.ask(ProducerStamp(producer_id, 0), 4)
    assert awaited.lowest(0) is None
    assert awaited.lowest(1) == awaited.lowest(MOST_PRODUCERS) == 4
