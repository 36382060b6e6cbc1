"""Planted bugs. Each replaces one thing of the broker; the simulation must find every one of them.

They are bugs that tests of single requests do not see, or only by luck.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any
from unittest import mock

from wirekafka_storage import producer_state
from wirekafka_storage.producer_state import ProducerState

from wirekafka.coordinator.consumer_group.group import ConsumerGroup
from wirekafka.partition.partitions import Partitions


@contextmanager
def ack_before_write() -> Iterator[None]:
    """What a wake-up has staged is written with the next one; its answers are sent before."""
    true_commit_last = Partitions.commit_last

    def commit_last(self: Any) -> bool:
        late = getattr(self, "late", [])
        self.late, self.staged = self.staged, late
        true_commit_last(self)
        return True

    with mock.patch.object(Partitions, "commit_last", commit_last):
        yield


@contextmanager
def last_stable_offset_off_by_one() -> Iterator[None]:
    """The first record of an open transaction is shown to read_committed consumers."""
    true_offset = ProducerState.last_stable_offset

    def last_stable_offset(self: Any, high_watermark: int) -> int:
        return min(true_offset(self, high_watermark) + 1, high_watermark)

    with mock.patch.object(ProducerState, "last_stable_offset", last_stable_offset):
        yield


@contextmanager
def duplicate_window_of_four() -> Iterator[None]:
    """The fifth-last batch is not known to be a duplicate any more."""
    with mock.patch.object(producer_state, "BATCHES_REMEMBERED", 4):
        yield


@contextmanager
def partitions_given_too_early() -> Iterator[None]:
    """A member of a consumer group gets a partition that another has not given up yet."""
    with mock.patch.object(ConsumerGroup, "_own", return_value=None):
        yield


MUTANTS: dict[str, Callable[[], AbstractContextManager[None]]] = {
    "ack_before_write": ack_before_write,
    "last_stable_offset_off_by_one": last_stable_offset_off_by_one,
    "duplicate_window_of_four": duplicate_window_of_four,
    "partitions_given_too_early": partitions_given_too_early,
}
