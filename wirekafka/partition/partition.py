"""One replica: its log, its leadership, its high watermark, and who waits for it.

The high watermark is the commit rule: consumers see nothing above it and acks=all waits for it.
With one replica in the ISR it follows the log end as soon as the write returned.

Waiters are woken by `Partitions.wake`, after the producer that woke them has its answer.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from wirekafka_protocol.errors import ApiError, ErrorCode
from wirekafka_protocol.records.batch import BatchHeader
from wirekafka_protocol.records.validate import ProduceRules
from wirekafka_storage.log import Log

from wirekafka.partition.awaited_sequences import AwaitedSequences


class FetchWaiter(Protocol):
    """A long poll that waits for data."""

    def data_arrived(self, partition: Partition) -> None:
        """The high watermark moved, or the partition cannot be waited for any more."""


class Partition:
    """This broker's replica of one partition, and its leader as long as there is one broker."""

    __slots__ = (
        "_commit_waiters",
        "awaited_sequences",
        "fetch_waiters",
        "high_watermark",
        "index",
        "leader_epoch",
        "log",
        "offline",
        "rules",
        "topic",
        "topic_id",
    )

    def __init__(
        self, topic: str, topic_id: bytes, index: int, leader_epoch: int, log: Log
    ) -> None:
        self.topic = topic
        self.topic_id = topic_id
        self.index = index
        self.leader_epoch = leader_epoch
        self.log = log
        self.high_watermark = log.log_end_offset
        self.offline = False
        self.rules: ProduceRules | None = None
        self.awaited_sequences: AwaitedSequences | None = None
        """Made by the first transaction."""
        self.fetch_waiters: set[FetchWaiter] | None = None
        self._commit_waiters: list[tuple[int, Callable[[], None]]] | None = None

    def stage(self, batch: memoryview, header: BatchHeader, now_ms: int) -> tuple[int, int, bool]:
        """Take one validated batch to be written at the next commit.

        Returns (base offset, log append time or -1, whether it is a duplicate of a written one).
        ApiError as `Log.stage`.
        """
        return self.log.stage(batch, header, leader_epoch=self.leader_epoch, now_ms=now_ms)

    def written(self) -> None:
        """The staged batches are in the file."""
        self.high_watermark = self.log.log_end_offset

    @property
    def last_stable_offset(self) -> int:
        """Up to where a read_committed consumer may read."""
        return self.log.last_stable_offset(self.high_watermark)

    def check_leader_epoch(self, current_leader_epoch: int) -> None:
        """ApiError when the client knows another leader epoch than ours (KIP-320); -1 is any."""
        if current_leader_epoch == -1 or current_leader_epoch == self.leader_epoch:
            return
        if current_leader_epoch < self.leader_epoch:
            raise ApiError(ErrorCode.FENCED_LEADER_EPOCH)
        raise ApiError(ErrorCode.UNKNOWN_LEADER_EPOCH)

    def end_of_epoch(self, leader_epoch: int) -> tuple[int, int]:
        """The largest epoch not above this one, and where it ends; (-1, -1) when unknown."""
        if leader_epoch == self.leader_epoch:
            # Known from the moment of leadership, before the first append tells the log.
            return leader_epoch, self.log.log_end_offset
        return self.log.end_offset_for_epoch(leader_epoch)

    def when_committed(self, end_offset: int, callback: Callable[[], None]) -> None:
        """Call back when the high watermark reaches `end_offset`, at once if it is there."""
        if self.high_watermark >= end_offset:
            callback()
            return
        if self._commit_waiters is None:
            self._commit_waiters = []
        self._commit_waiters.append((end_offset, callback))

    def committed(self) -> list[Callable[[], None]]:
        """Take out the callbacks whose offset the high watermark has reached."""
        waiters = self._commit_waiters
        if not waiters:
            return []
        reached = [callback for end, callback in waiters if end <= self.high_watermark]
        self._commit_waiters = [item for item in waiters if item[0] > self.high_watermark] or None
        return reached

    def add_fetch_waiter(self, waiter: FetchWaiter) -> None:
        """Tell `waiter` when the high watermark moves."""
        if self.fetch_waiters is None:
            self.fetch_waiters = set()
        self.fetch_waiters.add(waiter)

    def remove_fetch_waiter(self, waiter: FetchWaiter) -> None:
        """Forget `waiter`; it may be unknown."""
        if self.fetch_waiters is not None:
            self.fetch_waiters.discard(waiter)
            if not self.fetch_waiters:
                self.fetch_waiters = None
