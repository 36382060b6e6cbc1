"""TransactionMarkers: every partition gets its marker, whatever is in the way, then the coordinator
is told; nothing is written for what is gone or has been taken over."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from wirekafka_protocol.errors import ApiError, ErrorCode
from wirekafka_protocol.records.batch import TRANSACTIONAL_BIT, iter_batches, read_header

from wirekafka.coordinator.machine import ProducerStamp
from wirekafka.coordinator.transaction.requests import CompleteTransaction, MarkersWritten
from wirekafka.transaction_markers import FIRST_PAUSE_MS, LONGEST_PAUSE_MS, TransactionMarkers

OFFSETS = "__consumer_offsets"
NUMBER = 7
EPOCH = 3
TOLD = MarkersWritten("tx", 5, 0)


class Groups:
    """Coordinators of groups that answer what they are told to, at once or later."""

    def __init__(self) -> None:
        self.answers: list[ApiError | None] = []
        self.asked: list[tuple[int, ProducerStamp, int, bool, int]] = []
        self.waiting: list[Callable[[ApiError | None], None]] = []

    def complete_transaction(
        self,
        partition: int,
        producer: ProducerStamp,
        coordinator_epoch: int,
        committed: bool,
        transaction_version: int,
        callback: Callable[[ApiError | None], None],
    ) -> None:
        self.asked.append((partition, producer, coordinator_epoch, committed, transaction_version))
        if self.answers:
            callback(self.answers.pop(0))
        else:
            self.waiting.append(callback)


class Fixture:
    """Markers over a room's partitions, and who was told."""

    def __init__(self, room: Any) -> None:
        self.room = room
        self.groups = Groups()
        self.told: list[tuple[int, MarkersWritten]] = []
        self.deleted: set[str] = set()
        self.wakes = 0
        self.markers = TransactionMarkers(
            clock=room.clock,
            partitions=room.partitions,
            groups=self.groups,
            exists=lambda topic, index: topic not in self.deleted,
            tell=lambda number, written: self.told.append((number, written)),
            wake_soon=self._wake_soon,
        )

    def _wake_soon(self) -> None:
        self.wakes += 1

    def write(self, batch: Callable[..., bytes], topic: str, index: int = 0, **more: int) -> None:
        """A transactional batch of producer 5."""
        fields = {"producer_id": 5, "producer_epoch": 0, "base_sequence": 0} | more
        data = bytearray(batch(b"x", attributes=TRANSACTIONAL_BIT, **fields))
        partition = self.room.partition(topic, index)
        partition.stage(memoryview(data), read_header(data), self.room.clock.now_ms())
        self.room.partitions.staged.append(partition)
        assert self.room.partitions.commit()

    def end(self, *, committed: bool = True, epoch: int = EPOCH, **topics: tuple[int, ...]) -> None:
        partitions = {OFFSETS if topic == "offsets" else topic: i for topic, i in topics.items()}
        effect = CompleteTransaction("tx", 5, 0, committed, partitions, 0)
        self.markers.carry_out(NUMBER, epoch, effect)

    def controls(self, topic: str, index: int = 0) -> list[bool]:
        """Of each batch in the log, whether it is a marker."""
        return [header.is_control for header, _ in iter_batches(self.room.log_bytes(topic, index))]


@pytest.fixture
def fixture(room: Any) -> Fixture:
    room.add_topic("t", 2)
    room.add_topic("u")
    return Fixture(room)


def test_each_partition_gets_a_marker_and_the_coordinator_is_told(
    fixture: Fixture, batch: Callable[..., bytes]
) -> None:
    fixture.write(batch, "t")
    assert fixture.room.partition("t").last_stable_offset == 0
    fixture.end(t=(0, 1), u=(0,))
    assert fixture.controls("t") == [False, True]
    assert fixture.controls("t", 1) == fixture.controls("u") == [True]
    assert fixture.room.partition("t").last_stable_offset == 2
    assert fixture.told == [(NUMBER, TOLD)]


def test_a_transaction_without_partitions_is_told_at_once(fixture: Fixture) -> None:
    fixture.end()
    assert fixture.told == [(NUMBER, TOLD)]


def test_an_abort_is_listed_for_read_committed(
    fixture: Fixture, batch: Callable[..., bytes]
) -> None:
    fixture.write(batch, "t")
    fixture.end(committed=False, t=(0,))
    (aborted,) = fixture.room.partition("t").log.aborted_transactions(0, 10)
    assert (aborted.producer_id, aborted.first_offset) == (5, 0)


def test_who_waits_for_data_is_woken(fixture: Fixture) -> None:
    fixture.room.partition("u").fetch_waiters = {object()}
    fixture.end(t=(0,))
    assert fixture.wakes == 0
    fixture.end(u=(0,))
    assert fixture.wakes == 1


def test_offsets_are_settled_by_the_coordinator_of_groups(fixture: Fixture) -> None:
    fixture.groups.answers = [None]
    fixture.end(offsets=(4,))
    assert fixture.groups.asked == [(4, ProducerStamp(5, 0), EPOCH, True, 0)]
    assert fixture.told == [(NUMBER, TOLD)]


def test_the_coordinator_is_told_when_the_last_of_them_answers(fixture: Fixture) -> None:
    fixture.end(t=(0,), offsets=(4, 5))
    first, second = fixture.groups.waiting
    first(None)
    assert not fixture.told
    second(None)
    assert fixture.told == [(NUMBER, TOLD)]


def test_a_partition_that_is_gone_needs_no_marker(fixture: Fixture) -> None:
    fixture.deleted = {"t", OFFSETS}
    fixture.end(t=(0,), u=(0,), offsets=(4,))
    assert fixture.controls("u") == [True]
    assert not fixture.groups.asked
    assert fixture.told == [(NUMBER, TOLD)]


def test_a_coordinator_of_groups_that_loads_is_asked_again(fixture: Fixture) -> None:
    fixture.groups.answers = [ApiError(ErrorCode.COORDINATOR_LOAD_IN_PROGRESS), None]
    fixture.end(t=(0,), offsets=(4,))
    assert not fixture.told
    fixture.room.clock.advance(FIRST_PAUSE_MS)
    assert fixture.told == [(NUMBER, TOLD)]
    assert fixture.controls("t") == [True]  # the one that was written is not written again


def test_a_partition_that_is_not_open_yet_is_tried_again(fixture: Fixture) -> None:
    fixture.end(late=(0,))
    assert not fixture.told
    fixture.room.add_topic("late")
    fixture.room.clock.advance(FIRST_PAUSE_MS)
    assert fixture.told == [(NUMBER, TOLD)]


def test_pauses_grow_to_a_limit_and_never_end(fixture: Fixture) -> None:
    fixture.end(offsets=(4,))
    asked = 1
    pause_ms = FIRST_PAUSE_MS
    for _ in range(12):
        fixture.groups.waiting.pop()(ApiError(ErrorCode.NOT_COORDINATOR))
        fixture.room.clock.advance(pause_ms - 1)
        assert len(fixture.groups.asked) == asked
        fixture.room.clock.advance(2)
        asked += 1
        assert len(fixture.groups.asked) == asked
        pause_ms = min(2 * pause_ms, LONGEST_PAUSE_MS)


def test_a_full_disk_keeps_the_transaction_prepared(fixture: Fixture) -> None:
    fixture.room.disk.full.add(fixture.room.directories[0])
    fixture.end(t=(0,))
    fixture.room.clock.advance(10 * LONGEST_PAUSE_MS)
    assert fixture.room.partition("t").offline
    assert not fixture.told


def test_a_partition_that_was_deleted_meanwhile_is_let_go(fixture: Fixture) -> None:
    fixture.room.partition("t").offline = True
    fixture.end(t=(0,))
    fixture.deleted = {"t"}
    fixture.room.clock.advance(FIRST_PAUSE_MS)
    assert fixture.told == [(NUMBER, TOLD)]


def test_a_newer_producer_has_taken_over(fixture: Fixture, batch: Callable[..., bytes]) -> None:
    fixture.write(batch, "t", producer_epoch=1)
    fixture.end(t=(0,))
    fixture.room.clock.advance(10 * LONGEST_PAUSE_MS)
    assert fixture.controls("t") == [False]
    assert not fixture.told


def test_a_newer_coordinator_has_taken_over(fixture: Fixture) -> None:
    fixture.end(epoch=EPOCH + 1, t=(0,))
    fixture.told.clear()
    fixture.end(epoch=EPOCH, t=(0,), u=(0,))
    fixture.room.clock.advance(10 * LONGEST_PAUSE_MS)
    assert fixture.controls("t") == [True]
    assert not fixture.told


def test_a_decision_that_is_handed_out_again_replaces_the_first(fixture: Fixture) -> None:
    """As when the coordinator had to load again."""
    fixture.end(offsets=(4,))
    (late,) = fixture.groups.waiting
    fixture.groups.answers = [ApiError(ErrorCode.NOT_COORDINATOR), None]
    fixture.end(offsets=(4,))
    late(None)
    assert not fixture.told
    fixture.room.clock.advance(FIRST_PAUSE_MS)
    fixture.room.clock.advance(10 * LONGEST_PAUSE_MS)
    assert fixture.told == [(NUMBER, TOLD)]
    assert len(fixture.groups.asked) == 3


def test_several_transactions_do_not_wait_for_each_other(fixture: Fixture) -> None:
    fixture.end(offsets=(4,))
    fixture.markers.carry_out(NUMBER, 0, CompleteTransaction("other", 6, 0, True, {"t": (0,)}, 0))
    assert fixture.told == [(NUMBER, MarkersWritten("other", 6, 0))]


@pytest.mark.parametrize("leaves", ["close", "forget"])
def test_nothing_is_left_behind(fixture: Fixture, leaves: str) -> None:
    fixture.groups.answers = [ApiError(ErrorCode.NOT_COORDINATOR)]
    fixture.end(offsets=(4,))
    fixture.markers.carry_out(NUMBER, 0, CompleteTransaction("b", 6, 0, True, {OFFSETS: (1,)}, 0))
    if leaves == "close":
        fixture.markers.close()
    else:
        fixture.markers.forget(NUMBER)
    (late,) = fixture.groups.waiting
    late(ApiError(ErrorCode.NOT_COORDINATOR))
    fixture.room.clock.advance(10 * LONGEST_PAUSE_MS)
    assert len(fixture.groups.asked) == 2
    assert not fixture.told


def test_other_coordinators_go_on_when_one_is_forgotten(fixture: Fixture) -> None:
    fixture.groups.answers = [ApiError(ErrorCode.NOT_COORDINATOR), None]
    fixture.end(offsets=(4,))
    fixture.markers.forget(NUMBER + 1)
    fixture.room.clock.advance(FIRST_PAUSE_MS)
    assert fixture.told == [(NUMBER, TOLD)]
