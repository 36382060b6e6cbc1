"""The runtime, with a machine that adds up numbers."""

from __future__ import annotations

import logging
from collections.abc import Callable, Hashable, Iterator
from typing import Any

import pytest
from wirekafka_protocol.errors import ApiError, ErrorCode, ProtocolError

from wirekafka.clock import ManualClock
from wirekafka.coordinator.log_port import LoggedMarker, LoggedRecord
from wirekafka.coordinator.machine import (
    NO_PRODUCER_ID,
    CoordinatorRecord,
    Decision,
    ProducerStamp,
    Reply,
    RequestInfo,
    Timer,
)
from wirekafka.coordinator.runtime import LOAD_SLICE_RECORDS, CoordinatorRuntime, append_error

INFO = RequestInfo(0, "client", "/127.0.0.1")


class Sum:
    """add(n) writes n and answers the sum; wait() parks; wake_in(ms) answers the parked then."""

    def __init__(self) -> None:
        self.total = 0
        self.loaded_ms = -1
        self.parked: list[int] = []
        self.woken_ms: list[int] = []

    def add(self, ticket: int, info: RequestInfo, request: int, now_ms: int) -> Decision:
        records = [CoordinatorRecord(b"n", 0, request)]
        return Decision(records, [Reply(ticket, self.total + request)])

    def read(self, ticket: int, info: RequestInfo, request: None, now_ms: int) -> int:
        return self.total

    def wait(self, ticket: int, info: RequestInfo, request: int | None, now_ms: int) -> Decision:
        self.parked.append(ticket)
        deadline = None if request is None else now_ms + request
        return Decision(timers=[Timer("wake", deadline)])

    def replay(self, record: CoordinatorRecord, producer_id: int = NO_PRODUCER_ID) -> None:
        self.total += record.value or 0

    def replay_end_transaction(
        self, producer_id: int, producer_epoch: int, committed: bool
    ) -> None:
        raise AssertionError("nothing is part of a transaction")

    def on_loaded(self, now_ms: int) -> Decision:
        self.loaded_ms = now_ms
        return Decision()

    def on_timer(self, key: Hashable, now_ms: int) -> Decision:
        self.woken_ms.append(now_ms)
        replies = [Reply(ticket, "woken") for ticket in self.parked]
        self.parked.clear()
        return Decision(replies=replies)


class NumberCodec:
    """A number is its digits."""

    @staticmethod
    def encode_record(record: CoordinatorRecord) -> tuple[bytes, bytes | None]:
        return record.key, str(record.value).encode()

    @staticmethod
    def decode_record(key: bytes, value: bytes | None) -> CoordinatorRecord | None:
        if key == b"damaged":
            raise ProtocolError("damaged")
        return None if key == b"foreign" else CoordinatorRecord(key, 0, int(value or b"0"))


def row(key: bytes, value: str) -> LoggedRecord:
    return LoggedRecord(key, value.encode(), NO_PRODUCER_ID)


class Log:
    """A RecordLog whose commits and failures are the test's."""

    def __init__(self, *numbers: int) -> None:
        self.rows: list[LoggedRecord | LoggedMarker] = [row(b"n", str(n)) for n in numbers]
        self.failure: Exception | None = None
        self.committed = 1 << 60
        self.waiting: list[tuple[int, Callable[[], None]]] = []

    def append(
        self,
        batch_records: list[tuple[bytes, bytes | None]],
        now_ms: int,
        producer: ProducerStamp | None = None,
    ) -> int:
        if self.failure is not None:
            raise self.failure
        assert producer is None
        self.rows.extend(LoggedRecord(*each, NO_PRODUCER_ID) for each in batch_records)
        return len(self.rows)

    def append_marker(self, *marker: Any) -> int:
        raise AssertionError(f"no transaction ends here: {marker}")

    def when_committed(self, end_offset: int, callback: Callable[[], None]) -> None:
        if end_offset <= self.committed:
            callback()
        else:
            self.waiting.append((end_offset, callback))

    def commit_to(self, offset: int) -> None:
        self.committed = offset
        waiting, self.waiting = self.waiting, []
        for end_offset, callback in waiting:
            self.when_committed(end_offset, callback)

    def read_all(self) -> Iterator[LoggedRecord | LoggedMarker]:
        return iter(list(self.rows))


class World:
    def __init__(self) -> None:
        self.clock = ManualClock(1_000)
        self.machines: list[Sum] = []
        self.runtime: CoordinatorRuntime[Sum] = CoordinatorRuntime(
            "sums", clock=self.clock, new_machine=self.new_machine, codec=NumberCodec()
        )

    def new_machine(self) -> Sum:
        self.machines.append(Sum())
        return self.machines[-1]

    def ask(self, method: Any, request: Any = None, partition: int = 0) -> list[Any]:
        answers: list[Any] = []
        self.runtime.request(partition, method, INFO, request, answers.append)
        return answers


@pytest.fixture
def world() -> World:
    return World()


def codes(answers: list[Any]) -> list[ErrorCode]:
    return [answer.code for answer in answers]


def test_partition_that_is_not_here_is_not_coordinated(world: World) -> None:
    assert codes(world.ask(Sum.read)) == [ErrorCode.NOT_COORDINATOR]


def test_log_is_replayed_before_anything_is_answered(world: World) -> None:
    world.runtime.load(3, 0, Log(1, 2, 3))
    assert world.ask(Sum.read, partition=3) == [6]
    assert world.machines[0].loaded_ms == 1_000
    assert world.runtime.active_partitions() == [3]


def test_records_of_unknown_types_are_passed_over(world: World) -> None:
    log = Log(1)
    log.rows.insert(0, row(b"foreign", "7"))
    world.runtime.load(0, 0, log)
    assert world.ask(Sum.read) == [1]


def test_long_log_is_loaded_in_slices(world: World) -> None:
    world.runtime.load(0, 0, Log(*[1] * (2 * LOAD_SLICE_RECORDS + 1)))
    assert codes(world.ask(Sum.read)) == [ErrorCode.COORDINATOR_LOAD_IN_PROGRESS]
    assert world.runtime.loading_partitions() == [0]
    assert world.runtime.active_partitions() == []
    world.clock.advance(0)
    assert world.ask(Sum.read) == [2 * LOAD_SLICE_RECORDS + 1]


def test_log_of_a_whole_number_of_slices_is_loaded_once(world: World) -> None:
    world.runtime.load(0, 0, Log(*[1] * LOAD_SLICE_RECORDS))
    world.clock.advance(0)
    assert world.ask(Sum.read) == [LOAD_SLICE_RECORDS]


def test_unloading_ends_a_load_under_way(world: World) -> None:
    world.runtime.load(0, 0, Log(*[1] * (LOAD_SLICE_RECORDS + 1)))
    world.runtime.unload(0)
    world.clock.advance(0)
    assert codes(world.ask(Sum.read)) == [ErrorCode.NOT_COORDINATOR]
    assert world.machines[0].loaded_ms == -1


def test_damaged_log_is_not_served(world: World, caplog: pytest.LogCaptureFixture) -> None:
    log = Log(1)
    log.rows.append(row(b"damaged", "1"))
    with caplog.at_level(logging.ERROR):
        world.runtime.load(0, 0, log)
    assert codes(world.ask(Sum.read)) == [ErrorCode.NOT_COORDINATOR]
    assert "sums-0" in caplog.text


def test_answer_follows_append_and_replay(world: World) -> None:
    log = Log()
    world.runtime.load(0, 0, log)
    assert world.ask(Sum.add, 5) == [5]
    assert world.machines[0].total == 5
    assert log.rows == [row(b"n", "5")]


def test_answers_and_reads_wait_for_the_commit(world: World) -> None:
    log = Log()
    world.runtime.load(0, 0, log)
    log.committed = 0
    first, second, read = world.ask(Sum.add, 5), world.ask(Sum.add, 1), world.ask(Sum.read)
    assert (first, second, read) == ([], [], [])
    log.commit_to(1)
    assert (first, second, read) == ([5], [], [])
    log.commit_to(2)
    assert (first, second, read) == ([5], [6], [6])
    assert world.ask(Sum.read) == [6]


def test_commit_that_takes_too_long_is_answered_with_an_error_once(world: World) -> None:
    log = Log()
    world.runtime.load(0, 0, log)
    log.committed = 0
    answers = world.ask(Sum.add, 5)
    world.clock.advance(5_000)
    assert codes(answers) == [ErrorCode.COORDINATOR_NOT_AVAILABLE]
    log.commit_to(1)
    assert len(answers) == 1


def test_failed_append_answers_everybody_and_loads_again(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    log = Log(1)
    world.runtime.load(0, 0, log)
    parked = world.ask(Sum.wait, 100)
    log.failure = ApiError(ErrorCode.NOT_ENOUGH_REPLICAS)
    with caplog.at_level(logging.WARNING):
        assert codes(world.ask(Sum.add, 5)) == [ErrorCode.COORDINATOR_NOT_AVAILABLE]
    assert codes(parked) == [ErrorCode.COORDINATOR_NOT_AVAILABLE]
    log.failure = None
    assert world.ask(Sum.add, 2) == [3]
    world.clock.advance(1_000)
    assert [machine.woken_ms for machine in world.machines] == [[], []]
    assert "sums-0" in caplog.text


def test_disk_error_is_not_coordinator(world: World) -> None:
    log = Log()
    world.runtime.load(0, 0, log)
    log.failure = OSError(28, "No space left on device")
    assert codes(world.ask(Sum.add, 5)) == [ErrorCode.NOT_COORDINATOR]


@pytest.mark.parametrize(
    ("code", "told"),
    [
        (ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, ErrorCode.COORDINATOR_NOT_AVAILABLE),
        (ErrorCode.NOT_ENOUGH_REPLICAS, ErrorCode.COORDINATOR_NOT_AVAILABLE),
        (ErrorCode.NOT_LEADER_OR_FOLLOWER, ErrorCode.NOT_COORDINATOR),
        (ErrorCode.KAFKA_STORAGE_ERROR, ErrorCode.NOT_COORDINATOR),
        (ErrorCode.RECORD_LIST_TOO_LARGE, ErrorCode.UNKNOWN_SERVER_ERROR),
        (ErrorCode.INVALID_PRODUCER_EPOCH, ErrorCode.INVALID_PRODUCER_EPOCH),
    ],
)
def test_errors_of_the_log_are_told_as_the_coordinators(code: ErrorCode, told: ErrorCode) -> None:
    assert append_error(ApiError(code)).code is told


def test_callback_may_ask_again_at_once(world: World) -> None:
    log = Log()
    world.runtime.load(0, 0, log)
    log.failure = ApiError(ErrorCode.KAFKA_STORAGE_ERROR)
    answers: list[Any] = []

    def again(answer: Any) -> None:
        answers.append(answer)
        log.failure = None
        world.runtime.request(0, Sum.add, INFO, 2, answers.append)

    world.runtime.request(0, Sum.add, INFO, 5, again)
    assert [getattr(answer, "code", answer) for answer in answers] == [ErrorCode.NOT_COORDINATOR, 2]


def test_parked_request_is_answered_by_a_timer(world: World) -> None:
    world.runtime.load(0, 0, Log())
    parked = world.ask(Sum.wait, 100)
    world.clock.advance(99)
    assert parked == []
    world.clock.advance(1)
    assert parked == ["woken"]
    assert world.machines[0].woken_ms == [1_100]


@pytest.mark.parametrize("ms", [-3_600_000, -500, 500, 3_600_000])
def test_timer_that_fires_tells_the_time_to_which_the_clock_was_set(world: World, ms: int) -> None:
    """The deadline itself does not notice, but what is stamped or aged then goes by wall time."""
    world.runtime.load(0, 0, Log())
    world.ask(Sum.wait, 100)
    world.clock._start_ms += ms
    world.clock.advance(99)
    assert world.machines[0].woken_ms == []
    world.clock.advance(1)
    assert world.machines[0].woken_ms == [1_100 + ms]


def test_timer_of_the_same_key_replaces_the_earlier_one(world: World) -> None:
    world.runtime.load(0, 0, Log())
    world.ask(Sum.wait, 100)
    world.ask(Sum.wait, 200)
    world.clock.advance(1_000)
    assert world.machines[0].woken_ms == [1_200]


def test_timer_can_be_taken_back(world: World) -> None:
    world.runtime.load(0, 0, Log())
    world.ask(Sum.wait, 100)
    world.ask(Sum.wait, None)
    world.clock.advance(1_000)
    assert world.machines[0].woken_ms == []


def test_abandoned_request_is_not_answered(world: World) -> None:
    world.runtime.load(0, 0, Log())
    answers: list[Any] = []
    ticket = world.runtime.request(0, Sum.wait, INFO, 100, answers.append)
    assert ticket is not None
    world.runtime.abandon(0, ticket)
    world.runtime.abandon(7, ticket)
    world.clock.advance(1_000)
    assert answers == []


def test_unload_answers_who_waits_and_stops_the_timers(world: World) -> None:
    log = Log()
    world.runtime.load(0, 4, log)
    log.committed = 0
    parked, uncommitted = world.ask(Sum.wait, 100), world.ask(Sum.add, 1)
    world.runtime.unload(0, 5)
    assert codes(parked) == codes(uncommitted) == [ErrorCode.NOT_COORDINATOR]
    log.commit_to(9)
    world.clock.advance(10_000)
    assert len(parked) == len(uncommitted) == 1
    assert world.machines[0].woken_ms == []


def test_older_epochs_are_ignored(world: World) -> None:
    world.runtime.load(0, 4, Log(1))
    world.runtime.unload(0, 3)
    world.runtime.load(0, 4, Log(2))
    world.runtime.load(0, 3, Log(2))
    assert world.ask(Sum.read) == [1]


def test_newer_epoch_loads_again(world: World) -> None:
    world.runtime.load(0, 4, Log(1))
    parked = world.ask(Sum.wait, 100)
    world.runtime.load(0, 5, Log(2))
    assert codes(parked) == [ErrorCode.NOT_COORDINATOR]
    assert world.ask(Sum.read) == [2]


def test_commit_notice_of_an_earlier_epoch_answers_nobody(world: World) -> None:
    """KAFKA-20634: an old coordinator acknowledged what the new one did not have."""
    old = Log()
    world.runtime.load(0, 4, old)
    old.committed = 0
    lost = world.ask(Sum.add, 1)
    world.runtime.load(0, 5, Log())
    old.commit_to(1)
    assert codes(lost) == [ErrorCode.NOT_COORDINATOR]
    assert world.ask(Sum.read) == [0]


def test_close_unloads_everything(world: World) -> None:
    world.runtime.load(0, 0, Log())
    world.runtime.load(1, 0, Log())
    parked = world.ask(Sum.wait, 100, partition=1)
    world.runtime.close()
    assert codes(parked) == [ErrorCode.NOT_COORDINATOR]
    assert world.runtime.active_partitions() == []
