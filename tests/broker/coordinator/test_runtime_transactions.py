"""The runtime's transactions and effects, with a machine that keeps promises."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any

import pytest
from memory_log import MemoryLog
from wirekafka_protocol.errors import ApiError, ErrorCode

from wirekafka.clock import ManualClock
from wirekafka.coordinator.log_port import LoggedMarker, LoggedRecord
from wirekafka.coordinator.machine import (
    NO_PRODUCER_ID,
    CoordinatorRecord,
    Decision,
    ProducerStamp,
    Reply,
    RequestInfo,
)
from wirekafka.coordinator.runtime import LOAD_SLICE_RECORDS, CoordinatorRuntime

INFO = RequestInfo(0, "client", "/127.0.0.1")
PRODUCER = ProducerStamp(7, 1)
SAD_NUMBER = 13
"""A machine that finds this sum in its log has something to say."""


class Sum:
    """Adds up numbers; those of a transaction count when it is committed."""

    def __init__(self) -> None:
        self.total = 0
        self.open: dict[int, int] = {}
        self.parked: list[int] = []

    def add(self, ticket: int, info: RequestInfo, request: int, now_ms: int) -> Decision:
        return Decision([CoordinatorRecord(b"n", 0, request)])

    def promise(
        self, ticket: int, info: RequestInfo, request: tuple[ProducerStamp, int], now_ms: int
    ) -> Decision:
        """Adds what counts when the producer's transaction is committed."""
        producer, number = request
        records = [CoordinatorRecord(b"n", 0, number)]
        return Decision(records, [Reply(ticket, "promised")], producer=producer)

    def announce(self, ticket: int, info: RequestInfo, request: int, now_ms: int) -> Decision:
        """Writes n, and has the world told of each number up to it."""
        records = [CoordinatorRecord(b"n", 0, request)]
        return Decision(records, [Reply(ticket, "told")], effects=list(range(1, request + 1)))

    def read(self, ticket: int, info: RequestInfo, request: None, now_ms: int) -> int:
        return self.total

    def wait(self, ticket: int, info: RequestInfo, request: None, now_ms: int) -> Decision:
        self.parked.append(ticket)
        return Decision()

    def wake(self, ticket: int, info: RequestInfo, request: None, now_ms: int) -> Decision:
        return Decision(replies=[Reply(parked, "woken") for parked in self.parked])

    def replay(self, record: CoordinatorRecord, producer_id: int = NO_PRODUCER_ID) -> None:
        if producer_id == NO_PRODUCER_ID:
            self.total += record.value or 0
        else:
            self.open[producer_id] = self.open.get(producer_id, 0) + (record.value or 0)

    def replay_end_transaction(
        self, producer_id: int, producer_epoch: int, committed: bool
    ) -> None:
        promised = self.open.pop(producer_id, 0)
        self.total += promised if committed else 0

    def on_loaded(self, now_ms: int) -> Decision:
        return Decision(effects=["loaded"] if self.total == SAD_NUMBER else [])

    def on_timer(self, key: Hashable, now_ms: int) -> Decision:
        raise AssertionError(f"no timer was set: {key}")


class NumberCodec:
    """A number is its digits."""

    @staticmethod
    def encode_record(record: CoordinatorRecord) -> tuple[bytes, bytes | None]:
        return record.key, str(record.value).encode()

    @staticmethod
    def decode_record(key: bytes, value: bytes | None) -> CoordinatorRecord | None:
        return CoordinatorRecord(key, 0, int(value or b"0"))


def row(number: int, producer_id: int = NO_PRODUCER_ID) -> LoggedRecord:
    return LoggedRecord(b"n", str(number).encode(), producer_id)


def log_of(*numbers: int) -> MemoryLog:
    log = MemoryLog()
    log.rows += map(row, numbers)
    return log


class World:
    def __init__(self) -> None:
        self.clock = ManualClock(1_000)
        self.machines: list[Sum] = []
        self.effects: list[tuple[int, int, Any]] = []
        self.on_effect: Callable[[int, int, Any], None] = lambda *effect: None
        self.runtime: CoordinatorRuntime[Sum] = CoordinatorRuntime(
            "sums",
            clock=self.clock,
            new_machine=self.new_machine,
            codec=NumberCodec(),
            on_effect=self.carry_out,
        )

    def new_machine(self) -> Sum:
        self.machines.append(Sum())
        return self.machines[-1]

    def carry_out(self, partition: int, epoch: int, effect: Any) -> None:
        self.effects.append((partition, epoch, effect))
        self.on_effect(partition, epoch, effect)

    def ask(self, method: Any, request: Any = None) -> list[Any]:
        answers: list[Any] = []
        self.runtime.request(0, method, INFO, request, answers.append)
        return answers

    def complete(self, *, committed: bool = True) -> list[ApiError | None]:
        answers: list[ApiError | None] = []
        self.runtime.complete_transaction(0, PRODUCER, 5, committed, 2, answers.append)
        return answers


@pytest.fixture
def world() -> World:
    return World()


def codes(answers: list[Any]) -> list[ErrorCode]:
    return [answer.code for answer in answers]


# -- transactions ------------------------------------------------------------------------------


def test_what_a_producer_writes_counts_when_its_transaction_is_committed(world: World) -> None:
    log = log_of()
    world.runtime.load(0, 0, log)
    assert world.ask(Sum.promise, (PRODUCER, 4)) == ["promised"]
    assert world.ask(Sum.read) == [0]
    assert world.complete() == [None]
    assert world.ask(Sum.read) == [4]
    assert log.rows == [row(4, 7), LoggedMarker(7, 1, True)]


def test_what_a_producer_writes_is_gone_when_its_transaction_is_aborted(world: World) -> None:
    world.runtime.load(0, 0, log_of())
    world.ask(Sum.promise, (PRODUCER, 4))
    assert world.complete(committed=False) == [None]
    assert world.ask(Sum.read) == [0]
    assert world.machines[0].open == {}


@pytest.mark.parametrize("committed", [True, False])
def test_loading_replays_what_belongs_to_transactions_and_their_ends(
    world: World, committed: bool
) -> None:
    log = log_of(1)
    log.rows += [row(2, 7), row(4, 8), LoggedMarker(7, 0, committed)]
    world.runtime.load(0, 0, log)
    assert world.ask(Sum.read) == [3 if committed else 1]
    assert world.machines[0].open == {8: 4}


def test_end_of_a_transaction_is_told_when_the_marker_is_committed(world: World) -> None:
    log = log_of()
    world.runtime.load(0, 0, log)
    log.is_held = True
    answers = world.complete()
    assert answers == []
    log.release()
    assert answers == [None]


def test_transaction_cannot_end_where_nothing_is_coordinated(world: World) -> None:
    assert codes(world.complete()) == [ErrorCode.NOT_COORDINATOR]
    world.runtime.load(0, 0, log_of(*[1] * LOAD_SLICE_RECORDS))
    assert codes(world.complete()) == [ErrorCode.COORDINATOR_LOAD_IN_PROGRESS]


def test_refused_producer_is_told_alone(world: World) -> None:
    """Its epoch says nothing about the log, so whoever else waits goes on waiting."""
    log = log_of(1)
    world.runtime.load(0, 0, log)
    parked = world.ask(Sum.wait)
    log.failure = ApiError(ErrorCode.INVALID_PRODUCER_EPOCH)
    refused = world.ask(Sum.promise, (PRODUCER, 4))
    assert codes(refused) == codes(world.complete()) == [ErrorCode.INVALID_PRODUCER_EPOCH]
    log.failure = ApiError(ErrorCode.TRANSACTION_COORDINATOR_FENCED)
    assert codes(world.complete()) == [ErrorCode.TRANSACTION_COORDINATOR_FENCED]
    assert len(world.machines) == 1
    world.ask(Sum.wake)
    assert parked == ["woken"]


def test_marker_that_cannot_be_written_loads_again(world: World) -> None:
    log = log_of(1)
    world.runtime.load(0, 0, log)
    parked = world.ask(Sum.wait)
    log.failure = ApiError(ErrorCode.KAFKA_STORAGE_ERROR)
    assert codes(world.complete()) == codes(parked) == [ErrorCode.NOT_COORDINATOR]
    assert len(world.machines) == 2


# -- effects -----------------------------------------------------------------------------------


def test_effects_follow_the_answer_in_order(world: World) -> None:
    world.runtime.load(3, 9, log_of())
    order: list[Any] = []
    world.on_effect = lambda partition, epoch, effect: order.append(effect)
    world.runtime.request(3, Sum.announce, INFO, 2, order.append)
    assert order == ["told", 1, 2]
    assert world.effects == [(3, 9, 1), (3, 9, 2)]


def test_effects_wait_for_the_commit_however_long(world: World) -> None:
    log = log_of()
    world.runtime.load(0, 0, log)
    log.is_held = True
    answers = world.ask(Sum.announce, 1)
    world.clock.advance(5_000)
    assert codes(answers) == [ErrorCode.COORDINATOR_NOT_AVAILABLE]
    assert world.effects == []
    log.release()
    assert world.effects == [(0, 0, 1)]


def test_effects_of_a_partition_that_has_left_are_dropped(world: World) -> None:
    log = log_of()
    world.runtime.load(0, 0, log)
    log.is_held = True
    world.ask(Sum.announce, 1)
    world.runtime.unload(0)
    log.release()
    assert world.effects == []


def test_effects_stop_when_one_of_them_has_the_partition_unloaded(world: World) -> None:
    world.runtime.load(0, 0, log_of())
    world.on_effect = lambda partition, epoch, effect: world.runtime.unload(partition)
    world.ask(Sum.announce, 3)
    assert world.effects == [(0, 0, 1)]


def test_effects_of_loading_are_carried_out(world: World) -> None:
    world.runtime.load(0, 4, log_of(SAD_NUMBER))
    assert world.effects == [(0, 4, "loaded")]


def test_effect_may_ask_the_same_partition_at_once(world: World) -> None:
    """What it leads to is carried out before the next effect of the decision."""
    log = log_of()
    world.runtime.load(0, 0, log)

    def on_effect(partition: int, epoch: int, effect: Any) -> None:
        if effect == 2:
            world.runtime.tell(partition, Sum.announce, 1)

    world.on_effect = on_effect
    world.ask(Sum.announce, 3)
    assert [effect for _, _, effect in world.effects] == [1, 2, 1, 3]
    assert world.ask(Sum.read) == [4]


def test_what_is_told_is_decided_and_answered_to_nobody(world: World) -> None:
    world.runtime.tell(0, Sum.add, 1)  # nobody is here, and nobody hears of it
    log = log_of()
    world.runtime.load(0, 0, log)
    world.runtime.tell(0, Sum.add, 5)
    assert log.rows == [row(5)]


def test_every_active_partition_can_be_read_at_once(world: World) -> None:
    world.runtime.load(2, 0, log_of(2))
    world.runtime.load(1, 0, log_of(1))
    world.runtime.load(0, 0, log_of(*[1] * LOAD_SLICE_RECORDS))
    assert world.runtime.each(Sum.read, None) == [1, 2]
