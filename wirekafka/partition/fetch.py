"""Reading partitions for one Fetch request, at once or after a long poll.

`Fetch.read` takes each target in turn and spends the request's byte limit; the first partition
with data may exceed every limit by one whole batch, so that a consumer always gets on
(KIP-74). When less than `min_bytes` is there, `FetchWait` waits on all partitions and reads again
when enough was appended, when one of them has an error, or at its deadline.

Source: `ReplicaManager.readFromLog`, `DelayedFetch`, `Partition.fetchRecords`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from wirekafka_protocol.errors import ApiError, ErrorCode
from wirekafka_storage.errors import StorageError
from wirekafka_storage.log import Log
from wirekafka_storage.log_slice import LogSlice

from wirekafka.clock import Clock, TimerHandle
from wirekafka.partition.fetch_sessions import FetchTarget
from wirekafka.partition.partition import Partition
from wirekafka.partition.partitions import Partitions

NONE = int(ErrorCode.NONE)
_UNKNOWN_TOPIC_OR_PARTITION = int(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION)
_UNKNOWN_TOPIC_ID = int(ErrorCode.UNKNOWN_TOPIC_ID)
_INCONSISTENT_TOPIC_ID = int(ErrorCode.INCONSISTENT_TOPIC_ID)


class FetchRow:
    """What one partition answers. `aborted` is None or [(producer id, first offset)].

    `diverging` is None or (epoch, end offset): the consumer's history is not ours.
    """

    __slots__ = (
        "aborted",
        "diverging",
        "error",
        "high_watermark",
        "last_stable_offset",
        "log_start_offset",
        "partition",
        "records",
        "target",
    )

    def __init__(self, target: FetchTarget, partition: Partition | None, error: int = NONE) -> None:
        self.target = target
        self.partition = partition
        self.error = error
        self.high_watermark = -1
        self.last_stable_offset = -1
        self.log_start_offset = -1
        self.aborted: list[tuple[int, int]] | None = None
        self.diverging: tuple[int, int] | None = None
        self.records: LogSlice | None = None


class Fetch:
    """One Fetch request: its targets and limits, and how to read them."""

    __slots__ = ("_partitions", "_refuses", "max_bytes", "min_bytes", "read_committed", "targets")

    def __init__(
        self,
        partitions: Partitions,
        targets: list[FetchTarget],
        *,
        min_bytes: int,
        max_bytes: int,
        read_committed: bool,
        refuses: Callable[[FetchTarget], int] | None = None,
    ) -> None:
        """`refuses` gives the error of a target that must not be read, else 0."""
        self._partitions = partitions
        self._refuses = refuses
        self.targets = targets
        self.min_bytes = min_bytes
        self.max_bytes = max_bytes
        self.read_committed = read_committed

    def read(self) -> tuple[list[FetchRow], bool]:
        """A row for each target, in order, and whether the request can be answered now."""
        rows: list[FetchRow] = []
        left = self.max_bytes
        found_bytes = 0
        answerable = False
        readable = False
        for target in self.targets:
            partition, error = self._find(target)
            if self._refuses is not None and (refusal := self._refuses(target)):
                partition, error, answerable = None, refusal, True
            row = FetchRow(target, partition, error)
            rows.append(row)
            if error == _INCONSISTENT_TOPIC_ID:  # Kafka finds out in the log, not before
                answerable = True
                continue
            if partition is None:
                row.aborted = []
                continue
            readable = True
            try:
                size = self._read_one(row, partition, target, left, found_bytes == 0)
            except ApiError as api_error:
                _refuse(row, api_error.code)
                answerable = True
                continue
            except StorageError as disk_error:
                self._partitions.storage_failed(partition, disk_error)
                _refuse(row, ErrorCode.KAFKA_STORAGE_ERROR)
                answerable = True
                continue
            if row.diverging is not None:
                answerable = True
            found_bytes += size
            left = max(0, left - size)
        return rows, answerable or not readable or found_bytes >= self.min_bytes

    def available_bytes(self) -> int | None:
        """Bytes that a read would find, counted up to min_bytes; None when one has an error.

        A partition that does not exist, and did not when the wait began, is passed over: only
        those that are there are waited for. One that was deleted meanwhile woke us itself.
        """
        total = 0
        for target in self.targets:
            partition, _ = self._find(target)
            if partition is None:
                continue
            if partition.offline:
                return None
            bound = self._bound(partition)
            if target.fetch_offset < bound:
                try:
                    found = partition.log.read(
                        target.fetch_offset,
                        min(target.max_bytes, self.max_bytes),
                        upper_bound=bound,
                        min_one_message=True,
                    )
                except (ApiError, StorageError):
                    return None
                total += found.size
                if total >= self.min_bytes:
                    break
        return total

    def _find(self, target: FetchTarget) -> tuple[Partition | None, int]:
        topic: Any = target.topic
        if type(topic) is bytes:
            found = self._partitions.by_id.get(topic)
            if found is None:
                return None, self._error_of_unknown_id(target)
        else:
            found = self._partitions.by_name.get(topic)
        if found is None or not 0 <= target.index < len(found.partitions):
            return None, _UNKNOWN_TOPIC_OR_PARTITION
        partition = found.partitions[target.index]
        return partition, NONE if partition is not None else int(ErrorCode.NOT_LEADER_OR_FOLLOWER)

    def _error_of_unknown_id(self, target: FetchTarget) -> int:
        if target.topic_name is None:
            return _UNKNOWN_TOPIC_ID
        if self._partitions.get(target.topic_name, target.index) is None:
            return _UNKNOWN_TOPIC_OR_PARTITION
        return _INCONSISTENT_TOPIC_ID

    def _bound(self, partition: Partition) -> int:
        return partition.last_stable_offset if self.read_committed else partition.high_watermark

    def _read_one(
        self, row: FetchRow, partition: Partition, target: FetchTarget, left: int, first: bool
    ) -> int:
        """Fill one row; returns the bytes found. ApiError when the partition has one."""
        if partition.offline:
            raise ApiError(ErrorCode.KAFKA_STORAGE_ERROR)
        if target.current_leader_epoch != -1:
            partition.check_leader_epoch(target.current_leader_epoch)
        log = partition.log
        if target.last_fetched_epoch != -1:
            epoch, end_offset = partition.end_of_epoch(target.last_fetched_epoch)
            if end_offset == -1:
                raise ApiError(ErrorCode.OFFSET_OUT_OF_RANGE)
            if epoch < target.last_fetched_epoch or end_offset < target.fetch_offset:
                row.diverging = (epoch, end_offset)
        row.high_watermark = partition.high_watermark
        row.last_stable_offset = partition.last_stable_offset
        row.log_start_offset = log.log_start_offset
        if row.diverging is not None:
            return 0
        bound = self._bound(partition)
        limit = min(target.max_bytes, left)
        if self.read_committed:
            row.aborted = []
        found = log.read(target.fetch_offset, limit, upper_bound=bound, min_one_message=first)
        if self.read_committed and target.fetch_offset < bound:
            # As in Kafka they are there, too, when nothing was left of max_bytes, but not when the
            # first batch was larger than what was left.
            is_read = found.size or limit <= 0
            row.aborted = _aborted(log, target.fetch_offset, bound) if is_read else None
        row.records = found
        return found.size


def _aborted(log: Log, start: int, bound: int) -> list[tuple[int, int]]:
    """Up to the bound, not only to the end of what is returned: a consumer passes over what it has
    not reached yet."""
    return [
        (transaction.producer_id, transaction.first_offset)
        for transaction in log.aborted_transactions(start, bound)
    ]


def _refuse(row: FetchRow, code: ErrorCode) -> None:
    row.error = int(code)
    row.high_watermark = row.last_stable_offset = row.log_start_offset = -1
    row.aborted = row.diverging = None


class FetchWait:
    """A fetch that waits for `min_bytes`. Calls `answer` once, with the rows of a fresh read.

    `reader` is the client id and host of who waits, since `since_ms`.
    """

    __slots__ = ("_answer", "_fetch", "_first", "_timer", "_waiting_on", "reader", "since_ms")

    def __init__(
        self,
        fetch: Fetch,
        rows: list[FetchRow],
        clock: Clock,
        max_wait_ms: int,
        answer: Callable[[list[FetchRow]], None],
        reader: tuple[str, str] = ("", ""),
        since_ms: int = 0,
    ) -> None:
        self.reader = reader
        self.since_ms = since_ms
        self._fetch = fetch
        self._first = rows
        self._answer = answer
        self._waiting_on = [row.partition for row in rows if row.partition is not None]
        for partition in self._waiting_on:
            partition.add_fetch_waiter(self)
        self._timer: TimerHandle = clock.call_at(
            clock.monotonic() + max_wait_ms / 1000, self._finish
        )

    def data_arrived(self, partition: Partition) -> None:
        """Answer if there is enough now."""
        if not self._waiting_on:
            return
        fetch = self._fetch
        # What was appended may be in an open transaction, beyond the last stable offset.
        if not partition.offline and (fetch.min_bytes > 1 or fetch.read_committed):
            available = fetch.available_bytes()
            if available is not None and available < fetch.min_bytes:
                return
        self._finish()

    def cancel(self) -> None:
        """The consumer is gone."""
        self._timer.cancel()
        for partition in self._waiting_on:
            partition.remove_fetch_waiter(self)
        self._waiting_on = []

    def _finish(self) -> None:
        self.cancel()
        rows, _ = self._fetch.read()
        for before, row in zip(self._first, rows, strict=True):
            if row.partition is None and before.partition is not None:
                # Deleted meanwhile: for Kafka the read fails, whether by name or by id.
                _refuse(row, ErrorCode.UNKNOWN_TOPIC_OR_PARTITION)
        self._answer(rows)
