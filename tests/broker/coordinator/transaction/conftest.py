"""A transaction coordinator to ask: runtime, machine, a clock that stands still, a log as list."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import count
from typing import Any

import pytest
from wirekafka_protocol.errors import ApiError, ErrorCode
from wirekafka_protocol.messages.init_producer_id import InitProducerIdRequest

from wirekafka.clock import ManualClock
from wirekafka.coordinator.machine import RequestInfo
from wirekafka.coordinator.runtime import CoordinatorRuntime
from wirekafka.coordinator.transaction import records
from wirekafka.coordinator.transaction.config import TransactionConfig
from wirekafka.coordinator.transaction.shard import TransactionCoordinatorShard as Shard

START_MS = 1_700_000_000_000


class MemoryLog:
    """A RecordLog in a list; every record is committed at once, unless `is_full`."""

    def __init__(self) -> None:
        self.rows: list[tuple[bytes, bytes | None]] = []
        self.batches: list[int] = []
        self.is_full = False

    def append(self, batch_records: list[tuple[bytes, bytes | None]], now_ms: int) -> int:
        if self.is_full:
            raise ApiError(ErrorCode.KAFKA_STORAGE_ERROR)
        self.rows.extend(batch_records)
        self.batches.append(len(batch_records))
        return len(self.rows)

    def when_committed(self, end_offset: int, callback: Callable[[], None]) -> None:
        callback()

    def read_all(self) -> Iterator[tuple[bytes, bytes | None]]:
        return iter(list(self.rows))


class Coordinator:
    """Asks and remembers. Producer ids are 1000, 1001, …; `taken` of them were."""

    def __init__(self, rows: list[tuple[bytes, bytes | None]] | None = None) -> None:
        self.clock = ManualClock(START_MS)
        self.log = MemoryLog()
        self.log.rows.extend(rows or [])
        self.taken = 0
        self.has_ids = True
        self._ids = count(1000)
        self.epoch = 0
        self.shard: Shard
        self.runtime = CoordinatorRuntime(
            "__transaction_state", clock=self.clock, new_machine=self._new_shard, codec=records
        )
        self.runtime.load(0, self.epoch, self.log)

    def restart(self) -> None:
        self.epoch += 1
        self.runtime.load(0, self.epoch, self.log)

    def init(
        self,
        transactional_id: str = "tx",
        producer_id: int = -1,
        producer_epoch: int = -1,
        *,
        timeout_ms: int = 60_000,
    ) -> Any:
        """(producer id, epoch), or the error code."""
        answers: list[Any] = []
        info = RequestInfo(5, "client", "/127.0.0.1")
        request = InitProducerIdRequest(transactional_id, timeout_ms, producer_id, producer_epoch)
        self.runtime.request(0, Shard.init_producer_id, info, request, answers.append)
        (answer,) = answers
        if isinstance(answer, ApiError):
            return answer.code
        assert answer.error_code == 0
        return answer.producer_id, answer.producer_epoch

    def _next_producer_id(self) -> int | None:
        if not self.has_ids:
            return None
        self.taken += 1
        return next(self._ids)

    def _new_shard(self) -> Shard:
        self.shard = Shard(TransactionConfig(), self._next_producer_id)
        return self.shard


@pytest.fixture
def coordinator() -> Coordinator:
    return Coordinator()


@pytest.fixture
def make_coordinator() -> Callable[..., Coordinator]:
    """make_coordinator(rows) starts from a log."""
    return Coordinator
