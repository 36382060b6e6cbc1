"""A transaction coordinator to ask: runtime, machine, a clock that stands still, a log as list.

Effects wait in `effects` until a test says that the markers are written.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import count
from typing import Any

import pytest
from wirekafka_protocol.errors import ApiError, ErrorCode
from wirekafka_protocol.messages.end_txn import EndTxnRequest
from wirekafka_protocol.messages.init_producer_id import InitProducerIdRequest

from wirekafka.clock import ManualClock
from wirekafka.coordinator.log_port import LoggedMarker, LoggedRecord
from wirekafka.coordinator.machine import NO_PRODUCER_ID, ProducerStamp, RequestInfo
from wirekafka.coordinator.runtime import CoordinatorRuntime
from wirekafka.coordinator.transaction import records
from wirekafka.coordinator.transaction.config import TransactionConfig
from wirekafka.coordinator.transaction.requests import (
    AddPartitions,
    CompleteTransaction,
    MarkersWritten,
)
from wirekafka.coordinator.transaction.shard import TransactionCoordinatorShard as Shard

START_MS = 1_700_000_000_000


class MemoryLog:
    """A RecordLog in a list; every record is committed at once, unless `is_full`."""

    def __init__(self) -> None:
        self.rows: list[tuple[bytes, bytes | None]] = []
        self.batches: list[int] = []
        self.is_full = False

    def append(
        self,
        batch_records: list[tuple[bytes, bytes | None]],
        now_ms: int,
        producer: ProducerStamp | None = None,
    ) -> int:
        if self.is_full:
            raise ApiError(ErrorCode.KAFKA_STORAGE_ERROR)
        self.rows.extend(batch_records)
        self.batches.append(len(batch_records))
        return len(self.rows)

    def append_marker(
        self,
        producer: ProducerStamp,
        coordinator_epoch: int,
        committed: bool,
        transaction_version: int,
        now_ms: int,
    ) -> int:
        raise AssertionError("no transaction ends in this log")

    def when_committed(self, end_offset: int, callback: Callable[[], None]) -> None:
        callback()

    def read_all(self) -> Iterator[LoggedRecord | LoggedMarker]:
        return iter([LoggedRecord(key, value, NO_PRODUCER_ID) for key, value in self.rows])


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
        self.effects: list[CompleteTransaction] = []
        self.shard: Shard
        self.runtime = CoordinatorRuntime(
            "__transaction_state",
            clock=self.clock,
            new_machine=self._new_shard,
            codec=records,
            on_effect=self._on_effect,
        )
        self.runtime.load(0, self.epoch, self.log)

    def restart(self) -> None:
        """As after a kill: what was to be done outside is forgotten."""
        self.epoch += 1
        self.effects.clear()
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
        request = InitProducerIdRequest(transactional_id, timeout_ms, producer_id, producer_epoch)
        answer = self.ask(Shard.init_producer_id, request)
        return answer if isinstance(answer, ErrorCode) else _producer(answer)

    def add(
        self,
        transactional_id: str,
        producer: tuple[int, int],
        *partitions: tuple[str, int],
        verify_only: bool = False,
        version: int = 0,
    ) -> Any:
        """The one code of all partitions, the codes, or the error code."""
        request = AddPartitions(
            transactional_id,
            *producer,
            partitions,
            verify_only=verify_only,
            transaction_version=version,
        )
        answer = self.ask(Shard.add_partitions, request)
        if isinstance(answer, ErrorCode):
            return answer
        assert list(answer) == list(partitions)
        codes = list(answer.values())
        return codes[0] if len(set(codes)) == 1 else codes

    def end(
        self,
        transactional_id: str,
        producer: tuple[int, int],
        *,
        committed: bool = True,
        version: int = 5,
    ) -> Any:
        """(next producer id, epoch), or the error code."""
        request = EndTxnRequest(transactional_id, *producer, committed)
        answer = self.ask(Shard.end_txn, request, version)
        return answer if isinstance(answer, ErrorCode) else _producer(answer)

    def write_markers(self) -> list[CompleteTransaction]:
        """Carry out all effects; returns them."""
        done, self.effects = self.effects, []
        for effect in done:
            self.tell_written(effect)
        return done

    def tell_written(self, effect: CompleteTransaction) -> None:
        written = MarkersWritten(effect.transactional_id, effect.producer_id, effect.producer_epoch)
        self.runtime.tell(0, Shard.markers_written, written)

    def state(self, transactional_id: str = "tx") -> str:
        answer = self.ask(Shard.describe, transactional_id)
        return str(answer.transaction_state)

    def ask(self, method: Any, request: Any, version: int = 5) -> Any:
        """The response, or the error code."""
        answers: list[Any] = []
        info = RequestInfo(version, "client", "/127.0.0.1")
        self.runtime.request(0, method, info, request, answers.append)
        (answer,) = answers
        return answer.code if isinstance(answer, ApiError) else answer

    def _on_effect(self, number: int, epoch: int, effect: CompleteTransaction) -> None:
        assert (number, epoch) == (0, self.epoch)
        self.effects.append(effect)

    def _next_producer_id(self) -> int | None:
        if not self.has_ids:
            return None
        self.taken += 1
        return next(self._ids)

    def _new_shard(self) -> Shard:
        self.shard = Shard(TransactionConfig(), self._next_producer_id)
        return self.shard


def _producer(answer: Any) -> tuple[int, int]:
    assert answer.error_code == 0
    return answer.producer_id, answer.producer_epoch


@pytest.fixture
def coordinator() -> Coordinator:
    return Coordinator()


@pytest.fixture
def make_coordinator() -> Callable[..., Coordinator]:
    """make_coordinator(rows) starts from a log."""
    return Coordinator
