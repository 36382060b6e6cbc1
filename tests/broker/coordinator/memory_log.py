"""A log in memory, for coordinators that are asked without a broker."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from wirekafka.coordinator.log_port import LoggedMarker, LoggedRecord
from wirekafka.coordinator.machine import NO_PRODUCER_ID, ProducerStamp


class MemoryLog:
    """A RecordLog in a list. What is appended is committed at once, unless it is held; while there
    is a `failure`, nothing is appended and it is raised."""

    def __init__(self) -> None:
        self.rows: list[LoggedRecord | LoggedMarker] = []
        self.failure: Exception | None = None
        self.is_held = False
        self._held: list[Callable[[], None]] = []

    def append(
        self,
        batch_records: list[tuple[bytes, bytes | None]],
        now_ms: int,
        producer: ProducerStamp | None = None,
    ) -> int:
        producer_id = NO_PRODUCER_ID if producer is None else producer.producer_id
        return self._add(*(LoggedRecord(*row, producer_id) for row in batch_records))

    def append_marker(
        self,
        producer: ProducerStamp,
        coordinator_epoch: int,
        committed: bool,
        transaction_version: int,
        now_ms: int,
    ) -> int:
        return self._add(LoggedMarker(producer.producer_id, producer.producer_epoch, committed))

    def when_committed(self, end_offset: int, callback: Callable[[], None]) -> None:
        if self.is_held:
            self._held.append(callback)
        else:
            callback()

    def release(self) -> None:
        """What was held is committed."""
        self.is_held = False
        held, self._held = self._held, []
        for callback in held:
            callback()

    def read_all(self) -> Iterator[LoggedRecord | LoggedMarker]:
        return iter(list(self.rows))

    def _add(self, *rows: LoggedRecord | LoggedMarker) -> int:
        if self.failure is not None:
            raise self.failure
        self.rows += rows
        return len(self.rows)


class MarkerlessLog(MemoryLog):
    """For conversations without transactions."""

    def append_marker(self, *unused: object) -> int:
        raise AssertionError("there are no transactions here")
