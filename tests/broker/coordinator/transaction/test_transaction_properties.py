"""Random transactions, markers, clock jumps, crashes and full logs; what must hold after each step.

- A machine that reads the log knows what the live one knows.
- Producer ids and epochs of a transactional id never go back, nor do the epochs of markers.
- Every prepared transaction has its effect outstanding, once; any other effect changes nothing.
- An end that was promised comes: the markers say what the client was told.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import count
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from wirekafka_protocol.errors import ApiError, ErrorCode
from wirekafka_protocol.messages.end_txn import EndTxnRequest
from wirekafka_protocol.messages.init_producer_id import InitProducerIdRequest

from wirekafka.clock import ManualClock
from wirekafka.coordinator.log_port import LoggedMarker, LoggedRecord
from wirekafka.coordinator.machine import NO_PRODUCER_ID, ProducerStamp, RequestInfo
from wirekafka.coordinator.runtime import CoordinatorRuntime
from wirekafka.coordinator.transaction import records
from wirekafka.coordinator.transaction.config import TransactionConfig
from wirekafka.coordinator.transaction.metadata import (
    LAST_PRODUCER_EPOCH,
    V1,
    V2,
    TransactionMetadata,
)
from wirekafka.coordinator.transaction.records import encode_record, transaction_record
from wirekafka.coordinator.transaction.requests import (
    AddPartitions,
    CompleteTransaction,
    MarkersWritten,
)
from wirekafka.coordinator.transaction.shard import TransactionCoordinatorShard as Shard
from wirekafka.coordinator.transaction.states import PREPARED, TransactionState

NAMES = st.sampled_from(["a", "b", "nearly"])
EPOCHS = st.sampled_from([0, 0, 0, 0, -1, -1, 1, -2])
"""Relative to the epoch of now."""
PARTITIONS = st.lists(st.tuples(st.sampled_from(["t", "u"]), st.integers(0, 2)), max_size=3)
CONFIG = TransactionConfig(
    transactional_id_expiration_ms=200_000, remove_expired_interval_ms=30_000
)

NEARLY_EXHAUSTED = encode_record(
    transaction_record(
        "nearly",
        TransactionMetadata(
            10, LAST_PRODUCER_EPOCH - 2, 60_000, TransactionState.EMPTY, 1, previous_producer_id=10
        ),
    )
)


class Transactions(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.clock = ManualClock()
        self.rows: list[tuple[bytes, bytes | None]] = [NEARLY_EXHAUSTED]
        self.is_full = False
        self.effects: list[CompleteTransaction] = []
        self.done: list[CompleteTransaction] = []
        self.promised: dict[str, bool] = {}
        self.highest: dict[str, tuple[int, int]] = {}
        self.marker_epochs: dict[int, int] = {}
        self.ids = count(1000)
        self.epoch = 0
        self.runtime = CoordinatorRuntime(
            "__transaction_state",
            clock=self.clock,
            new_machine=self.new_shard,
            codec=records,
            on_effect=self.on_effect,
        )
        self.runtime.load(0, 0, self)

    # -- the log -----------------------------------------------------------------------------

    def append(
        self,
        batch_records: list[tuple[bytes, bytes | None]],
        now_ms: int,
        producer: ProducerStamp | None = None,
    ) -> int:
        if self.is_full:
            self.effects.clear()  # the machine is made anew, and says again what is to be done
            raise ApiError(ErrorCode.KAFKA_STORAGE_ERROR)
        self.rows.extend(batch_records)
        return len(self.rows)

    def append_marker(
        self,
        producer: ProducerStamp,
        coordinator_epoch: int,
        committed: bool,
        transaction_version: int,
        now_ms: int,
    ) -> int:
        raise AssertionError

    def when_committed(self, end_offset: int, callback: Callable[[], None]) -> None:
        callback()

    def read_all(self) -> Iterator[LoggedRecord | LoggedMarker]:
        return iter([LoggedRecord(key, value, NO_PRODUCER_ID) for key, value in self.rows])

    # -- steps -------------------------------------------------------------------------------

    @rule(name=NAMES, relation=st.none() | EPOCHS, full=st.sampled_from([False] * 5 + [True]))
    def init(self, name: str, relation: int | None, full: bool) -> None:
        producer = (-1, -1) if relation is None else self.producer(name, relation)
        request = InitProducerIdRequest(name, 20_000, *producer)
        answer = self.ask(Shard.init_producer_id, request, full=full)
        if not isinstance(answer, ApiError):
            assert answer.producer_epoch <= LAST_PRODUCER_EPOCH
            assert (answer.producer_id, answer.producer_epoch) == self.producer(name, 0)
            assert self.shard.transactions[name].state is TransactionState.EMPTY

    @rule(
        name=NAMES,
        relation=EPOCHS,
        partitions=PARTITIONS,
        verify_only=st.booleans(),
        version=st.sampled_from([V1, V2]),
        full=st.sampled_from([False] * 5 + [True]),
    )
    def add(
        self,
        name: str,
        relation: int,
        partitions: list[tuple[str, int]],
        verify_only: bool,
        version: int,
        full: bool,
    ) -> None:
        before = self.shard.transactions.get(name)
        request = AddPartitions(
            name, *self.producer(name, relation), partitions, verify_only, version
        )
        answer = self.ask(Shard.add_partitions, request, full=full)
        if isinstance(answer, ApiError) or verify_only:
            assert full or self.shard.transactions.get(name) == before
            return
        after = self.shard.transactions[name]
        assert relation == 0
        assert after.state is TransactionState.ONGOING
        assert all(after.has(*partition) for partition in partitions)

    @rule(
        name=NAMES,
        relation=EPOCHS,
        committed=st.booleans(),
        version=st.sampled_from([3, 5]),
        full=st.sampled_from([False] * 5 + [True]),
    )
    def end(self, name: str, relation: int, committed: bool, version: int, full: bool) -> None:
        request = EndTxnRequest(name, *self.producer(name, relation), committed)
        before = self.shard.transactions.get(name)
        answer = self.ask(Shard.end_txn, request, version, full=full)
        if isinstance(answer, ApiError):
            return
        after = self.shard.transactions[name]
        wanted = (TransactionState.PREPARE_COMMIT, TransactionState.COMPLETE_COMMIT)
        assert (after.state in wanted) is committed
        assert before is not None
        if before.state is TransactionState.ONGOING:
            assert self.promised.get(name) is None
            self.promised[name] = committed

    @rule(data=st.data(), full=st.sampled_from([False] * 5 + [True]))
    def write_markers(self, data: st.DataObject, full: bool) -> None:
        if not self.effects:
            return
        effect = self.effects.pop(data.draw(st.integers(0, len(self.effects) - 1)))
        before = self.marker_epochs.get(effect.producer_id, -1)
        assert effect.producer_epoch >= before
        self.marker_epochs[effect.producer_id] = effect.producer_epoch
        promised = self.promised.get(effect.transactional_id)
        assert promised is None or promised is effect.committed
        self.is_full = full
        self.tell(effect)
        self.is_full = False
        if not full:
            self.promised.pop(effect.transactional_id, None)
            self.done.append(effect)

    @rule(data=st.data())
    def write_markers_again(self, data: st.DataObject) -> None:
        if not self.done:
            return
        effect = data.draw(st.sampled_from(self.done[-3:]))
        outstanding = {(each.producer_id, each.producer_epoch) for each in self.effects}
        if (effect.producer_id, effect.producer_epoch) in outstanding:
            return  # by the old protocol the next transaction has the same epoch
        before = dict(self.shard.transactions)
        self.tell(effect)
        assert self.shard.transactions == before

    @rule(seconds=st.sampled_from([1, 10, 30, 300]))
    def wait(self, seconds: int) -> None:
        self.clock.advance(seconds * 1000)

    @rule()
    def crash(self) -> None:
        self.effects.clear()
        self.epoch += 1
        self.runtime.load(0, self.epoch, self)

    # -- what holds --------------------------------------------------------------------------

    @invariant()
    def the_log_says_it_all(self) -> None:
        reader = Shard(CONFIG, lambda: None)
        for key, value in self.rows:
            record = records.decode_record(key, value)
            assert record is not None
            reader.replay(record)
        assert reader.transactions == self.shard.transactions

    @invariant()
    def nothing_goes_back(self) -> None:
        for name, metadata in self.shard.transactions.items():
            now = metadata.producer_id, metadata.producer_epoch
            assert now >= self.highest.get(name, (0, 0))
            self.highest[name] = now

    @invariant()
    def what_is_prepared_has_one_effect(self) -> None:
        expected = sorted(
            (name, one.producer_id, one.producer_epoch, one.state.name == "PREPARE_COMMIT")
            for name, one in self.shard.transactions.items()
            if one.state in PREPARED
        )
        found = sorted(
            (one.transactional_id, one.producer_id, one.producer_epoch, one.committed)
            for one in self.effects
        )
        assert found == expected

    @invariant()
    def nothing_stays_pending(self) -> None:
        assert not self.shard._pending

    # -- help --------------------------------------------------------------------------------

    def new_shard(self) -> Shard:
        self.shard = Shard(CONFIG, self.ids.__next__)
        return self.shard

    def on_effect(self, number: int, epoch: int, effect: CompleteTransaction) -> None:
        assert (number, epoch) == (0, self.epoch)
        self.effects.append(effect)

    def producer(self, name: str, relation: int) -> tuple[int, int]:
        known = self.shard.transactions.get(name)
        if known is None:
            return 5, 0
        if relation < 0 and known.producer_epoch == 0:
            return known.previous_producer_id, LAST_PRODUCER_EPOCH
        return known.producer_id, known.producer_epoch + relation

    def tell(self, effect: CompleteTransaction) -> None:
        written = MarkersWritten(effect.transactional_id, effect.producer_id, effect.producer_epoch)
        self.runtime.tell(0, Shard.markers_written, written)

    def ask(self, method: Any, request: Any, version: int = 5, *, full: bool = False) -> Any:
        answers: list[Any] = []
        info = RequestInfo(version, "client", "/127.0.0.1")
        self.is_full = full
        self.runtime.request(0, method, info, request, answers.append)
        self.is_full = False
        (answer,) = answers
        return answer


TestTransactions = Transactions.TestCase
TestTransactions.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
