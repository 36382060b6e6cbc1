"""Transactions with their coordinator: begin, end, markers, time-outs, restarts at every point.

What the answers are compared with was asked of Kafka 4.3.1.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from wirekafka_protocol.errors import ErrorCode

from wirekafka.coordinator.machine import Decision
from wirekafka.coordinator.transaction import shard as shard_module
from wirekafka.coordinator.transaction.metadata import (
    LAST_PRODUCER_EPOCH,
    MAX_EPOCH,
    V1,
    V2,
    TransactionMetadata,
)
from wirekafka.coordinator.transaction.records import encode_record, transaction_record
from wirekafka.coordinator.transaction.requests import CompleteTransaction
from wirekafka.coordinator.transaction.shard import AbortKey, TransactionCoordinatorShard
from wirekafka.coordinator.transaction.states import TransactionState

T0, T1, U0 = ("t", 0), ("t", 1), ("u", 0)
TICK_MS = 10_000
END = LAST_PRODUCER_EPOCH

FENCED = ErrorCode.PRODUCER_FENCED
ENDING = ErrorCode.CONCURRENT_TRANSACTIONS
UNKNOWN = ErrorCode.INVALID_PRODUCER_ID_MAPPING
NO = ErrorCode.INVALID_TXN_STATE
NONE = ErrorCode.NONE
ABORTABLE = ErrorCode.TRANSACTION_ABORTABLE

ONGOING = (
    bytes.fromhex("0000000b676f6c64656e2d6f70656e"),
    bytes.fromhex(
        "000100000000000000040000000dbba001020e7472616e73616374696f6e616c020000000100000001a1fd193249"
        "000001a1fd193249020008000000000000000402020002"
    ),
)
"""The transaction of the reference that was open when its broker stopped."""


def logged(
    state: TransactionState, *, epoch: int = 5, version: int = V2, next_id: int = -1
) -> tuple[bytes, bytes | None]:
    metadata = TransactionMetadata(
        10,
        epoch,
        60_000,
        state,
        1,
        previous_producer_id=10,
        next_producer_id=next_id,
        client_transaction_version=version,
        partitions={"t": (0,)},
        start_time_ms=1,
    )
    return encode_record(transaction_record("tx", metadata))


# -- the two protocols ---------------------------------------------------------------------------


def test_a_commit_by_the_old_protocol(coordinator: Any) -> None:
    producer = coordinator.init()
    assert coordinator.add("tx", producer, T1, T0) == NONE
    assert coordinator.add("tx", producer, U0) == NONE
    assert coordinator.state() == "Ongoing"
    assert coordinator.end("tx", producer, version=3) == producer
    assert coordinator.state() == "PrepareCommit"
    expected = CompleteTransaction("tx", *producer, True, {"t": (0, 1), "u": (0,)}, V1)
    assert coordinator.write_markers() == [expected]
    assert coordinator.state() == "CompleteCommit"
    assert coordinator.end("tx", producer, version=3) == producer
    assert coordinator.end("tx", producer, version=3, committed=False) == NO
    assert coordinator.add("tx", producer, T0) == NONE


def test_an_abort_by_the_new_protocol_raises_the_epoch_of_the_marker(coordinator: Any) -> None:
    producer = coordinator.init()
    assert coordinator.add("tx", producer, T0, version=V2) == NONE
    assert coordinator.end("tx", producer, committed=False) == (1000, 1)
    expected = CompleteTransaction("tx", 1000, 1, False, {"t": (0,)}, V2)
    assert coordinator.write_markers() == [expected]
    assert coordinator.end("tx", producer, committed=False) == (1000, 1)
    assert coordinator.end("tx", producer, committed=True) == NO
    assert coordinator.add("tx", producer, T0, version=V2) == FENCED
    assert coordinator.add("tx", (1000, 1), T0, version=V2) == NONE


def test_the_end_of_nothing(coordinator: Any) -> None:
    producer = coordinator.init()
    assert coordinator.end("tx", producer, version=3) == NO
    assert coordinator.end("tx", producer) == NO
    assert coordinator.end("tx", producer, version=3, committed=False) == NO
    assert coordinator.end("tx", producer, committed=False) == (1000, 1)
    assert coordinator.write_markers() == [CompleteTransaction("tx", 1000, 1, False, {}, V2)]
    assert coordinator.end("tx", (1000, 1)) == NO
    assert coordinator.end("tx", (1000, 1), committed=False) == (1000, 2)


def test_while_the_markers_are_written_everybody_waits(coordinator: Any) -> None:
    producer = coordinator.init()
    coordinator.add("tx", producer, T0)
    coordinator.end("tx", producer, version=3)
    rows = list(coordinator.log.rows)
    assert coordinator.init() == ENDING
    assert coordinator.init("tx", 999, 3) == ENDING
    assert coordinator.add("tx", producer, T0) == ENDING
    assert coordinator.add("tx", producer, T0, verify_only=True) == ENDING
    for version in (3, 5):
        assert coordinator.end("tx", producer, version=version) == ENDING
    assert coordinator.log.rows == rows
    coordinator.write_markers()
    assert coordinator.init() == (1000, 1)


def test_partitions_are_verified_until_the_end(coordinator: Any) -> None:
    producer = coordinator.init()
    assert coordinator.add("tx", producer, T0, verify_only=True) == ABORTABLE
    coordinator.add("tx", producer, T0)
    assert coordinator.add("tx", producer, T0, T1, verify_only=True) == [NONE, ABORTABLE]
    coordinator.end("tx", producer, version=3)
    coordinator.write_markers()
    assert coordinator.add("tx", producer, T0, verify_only=True) == ABORTABLE


def test_known_partitions_are_not_written_again(coordinator: Any) -> None:
    producer = coordinator.init()
    coordinator.add("tx", producer, T0, T1)
    rows = list(coordinator.log.rows)
    assert coordinator.add("tx", producer, T1) == NONE
    assert coordinator.log.rows == rows


def test_the_empty_transactional_id_is_invalid(coordinator: Any) -> None:
    invalid = ErrorCode.INVALID_REQUEST
    assert coordinator.add("", (1, 0), T0) == invalid
    assert coordinator.add("", (1, 0), T0, verify_only=True) == invalid
    assert coordinator.end("", (1, 0)) == invalid
    assert coordinator.ask(TransactionCoordinatorShard.describe, "") == invalid


def test_an_unknown_transactional_id(coordinator: Any) -> None:
    assert coordinator.add("tx", (1, 0), T0) == UNKNOWN
    assert coordinator.end("tx", (1, 0)) == UNKNOWN
    described = coordinator.ask(TransactionCoordinatorShard.describe, "tx")
    assert described == ErrorCode.TRANSACTIONAL_ID_NOT_FOUND


# -- markers -------------------------------------------------------------------------------------


def test_markers_of_another_time_change_nothing(coordinator: Any) -> None:
    producer = coordinator.init()
    coordinator.add("tx", producer, T0, version=V2)
    coordinator.end("tx", producer)
    (effect,) = coordinator.write_markers()
    rows = list(coordinator.log.rows)
    coordinator.tell_written(effect)  # complete already
    coordinator.add("tx", (1000, 1), T0, version=V2)
    coordinator.end("tx", (1000, 1))
    coordinator.tell_written(effect)  # the transaction before
    coordinator.tell_written(CompleteTransaction("none", 1, 1, True, {}, V2))
    assert coordinator.state() == "PrepareCommit"
    assert len(coordinator.log.rows) == len(rows) + 2


def test_without_room_in_the_log_the_end_comes_again(coordinator: Any) -> None:
    producer = coordinator.init()
    coordinator.add("tx", producer, T0, version=V2)
    coordinator.end("tx", producer)
    coordinator.log.is_full = True
    (effect,) = coordinator.write_markers()
    coordinator.log.is_full = False
    assert coordinator.state() == "PrepareCommit"
    assert coordinator.write_markers() == [effect]
    assert coordinator.state() == "CompleteCommit"


# -- initialised again ---------------------------------------------------------------------------


def test_initialising_over_an_open_transaction_aborts_it(coordinator: Any) -> None:
    """As the reference: the marker has the next epoch, and the client the one after it."""
    producer = coordinator.init()
    coordinator.add("tx", producer, T0)
    assert coordinator.init() == ENDING
    assert coordinator.init() == ENDING
    assert coordinator.end("tx", producer, version=3) == FENCED
    expected = CompleteTransaction("tx", 1000, 1, False, {"t": (0,)}, V2)
    assert coordinator.write_markers() == [expected]
    assert coordinator.end("tx", producer, version=3, committed=False) == FENCED
    assert coordinator.end("tx", producer, committed=False) == (1000, 1)
    assert coordinator.init() == (1000, 2)
    assert coordinator.add("tx", producer, T0) == FENCED


def test_the_epoch_of_a_transaction_that_has_ended_can_be_initialised_again(
    coordinator: Any,
) -> None:
    """As the reference, for the producer that has not heard of the end."""
    producer = coordinator.init()
    coordinator.add("tx", producer, T0, version=V2)
    coordinator.end("tx", producer)
    coordinator.write_markers()
    assert coordinator.init("tx", *producer) == (1000, 1)
    assert coordinator.init("tx", 1000, 1) == (1000, 2)
    assert coordinator.init("tx", 1000, 1) == (1000, 2)
    assert coordinator.init("tx", *producer) == FENCED


def test_the_last_epoch_ends_with_a_new_producer_id(make_coordinator: Callable[..., Any]) -> None:
    coordinator = make_coordinator([logged(TransactionState.ONGOING, epoch=END)])
    assert coordinator.end("tx", (10, END)) == (1000, 0)
    (effect,) = coordinator.write_markers()
    assert (effect.producer_id, effect.producer_epoch) == (10, MAX_EPOCH)
    assert coordinator.end("tx", (10, END)) == (1000, 0)
    assert coordinator.end("tx", (10, END), committed=False) == NO
    assert coordinator.init("tx", 10, END) == (1000, 0)
    assert coordinator.end("tx", (10, END)) == UNKNOWN
    assert coordinator.taken == 1


def test_the_last_epoch_aborted_for_its_producer(make_coordinator: Callable[..., Any]) -> None:
    coordinator = make_coordinator([logged(TransactionState.ONGOING, epoch=END)])
    assert coordinator.init() == ENDING
    coordinator.write_markers()
    assert coordinator.end("tx", (10, END), committed=False) == (1000, 0)
    assert coordinator.init("tx", 10, END) == (1000, 0)
    assert coordinator.init("tx", 10, MAX_EPOCH) == FENCED
    assert coordinator.init() == (1000, 1)


# -- time-outs -----------------------------------------------------------------------------------


def test_a_transaction_that_takes_too_long_is_aborted(coordinator: Any) -> None:
    producer = coordinator.init(timeout_ms=15_000)
    coordinator.add("tx", producer, T0)
    coordinator.clock.advance(TICK_MS)
    assert coordinator.effects == []
    coordinator.clock.advance(TICK_MS)
    expected = CompleteTransaction("tx", 1000, 1, False, {"t": (0,)}, V2)
    assert coordinator.write_markers() == [expected]
    assert coordinator.end("tx", producer, version=3) == FENCED
    assert coordinator.end("tx", producer) == NO
    assert coordinator.end("tx", producer, committed=False) == (1000, 1)
    assert coordinator.add("tx", producer, T0) == FENCED


@pytest.mark.parametrize(("timeout_ms", "state"), [(9_999, "PrepareAbort"), (10_000, "Ongoing")])
def test_the_time_is_exact(coordinator: Any, timeout_ms: int, state: str) -> None:
    producer = coordinator.init(timeout_ms=timeout_ms)
    coordinator.add("tx", producer, T0)
    coordinator.clock.advance(TICK_MS)
    assert coordinator.state() == state


def test_the_time_runs_from_the_first_partition(coordinator: Any) -> None:
    producer = coordinator.init(timeout_ms=15_000)
    coordinator.add("tx", producer, T0)
    coordinator.clock.advance(TICK_MS)
    coordinator.add("tx", producer, T1)
    coordinator.clock.advance(TICK_MS)
    assert coordinator.state() == "PrepareAbort"


def test_the_clock_ticks_only_while_a_transaction_is_open(coordinator: Any) -> None:
    machine = coordinator.shard
    producer = coordinator.init()
    coordinator.clock.advance(TICK_MS)
    assert machine.on_timer(AbortKey(), 0) == Decision()
    coordinator.add("tx", producer, T0)
    coordinator.end("tx", producer, version=3)
    coordinator.write_markers()
    coordinator.clock.advance(2 * TICK_MS)
    coordinator.add("tx", producer, T0)
    coordinator.clock.advance(7 * TICK_MS)
    assert coordinator.state() == "PrepareAbort"


def test_many_transactions_are_aborted_in_batches_that_fit(
    coordinator: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(10):
        name = f"id-{number}"
        coordinator.add(name, coordinator.init(name, timeout_ms=1), T0)
    monkeypatch.setattr(shard_module, "BATCH_BYTES", 640)
    coordinator.log.batches.clear()
    coordinator.clock.advance(TICK_MS)
    assert coordinator.log.batches == [4, 4, 2]
    assert len(coordinator.write_markers()) == 10


def test_without_a_producer_id_at_hand_the_abort_comes_later(
    make_coordinator: Callable[..., Any],
) -> None:
    coordinator = make_coordinator([logged(TransactionState.ONGOING, epoch=END)])
    coordinator.has_ids = False
    coordinator.clock.advance(TICK_MS)
    assert coordinator.init() == ErrorCode.COORDINATOR_LOAD_IN_PROGRESS
    assert coordinator.state() == "Ongoing"
    coordinator.has_ids = True
    coordinator.clock.advance(TICK_MS)
    assert coordinator.state() == "PrepareAbort"


# -- restart -------------------------------------------------------------------------------------


@pytest.mark.parametrize("version", [3, 5])
@pytest.mark.parametrize("committed", [True, False])
def test_an_end_survives_a_restart_at_every_point(
    coordinator: Any, version: int, committed: bool
) -> None:
    producer = coordinator.init()
    coordinator.restart()
    coordinator.add("tx", producer, T0)
    coordinator.restart()
    assert coordinator.effects == []
    coordinator.add("tx", producer, U0)
    following = coordinator.end("tx", producer, version=version, committed=committed)
    promised = list(coordinator.effects)
    coordinator.restart()
    assert coordinator.effects == promised
    coordinator.restart()
    assert coordinator.write_markers() == promised
    coordinator.restart()
    assert coordinator.effects == []
    assert coordinator.state() == ("CompleteCommit" if committed else "CompleteAbort")
    assert coordinator.end("tx", producer, version=version, committed=committed) == following
    assert coordinator.end("tx", producer, version=version, committed=not committed) == NO


def test_a_new_producer_id_survives_a_restart(make_coordinator: Callable[..., Any]) -> None:
    coordinator = make_coordinator([logged(TransactionState.ONGOING, epoch=END)])
    assert coordinator.end("tx", (10, END)) == (1000, 0)
    coordinator.restart()
    coordinator.write_markers()
    coordinator.restart()
    assert coordinator.end("tx", (10, END)) == (1000, 0)
    assert coordinator.add("tx", (1000, 0), T0, version=V2) == NONE


def test_time_runs_on_over_a_restart(coordinator: Any) -> None:
    producer = coordinator.init(timeout_ms=15_000)
    coordinator.add("tx", producer, T0)
    coordinator.clock.advance(TICK_MS)
    coordinator.restart()
    coordinator.clock.advance(TICK_MS)
    assert coordinator.state() == "PrepareAbort"


def test_an_open_transaction_of_the_reference_is_aborted(
    make_coordinator: Callable[..., Any],
) -> None:
    coordinator = make_coordinator([ONGOING])
    assert coordinator.init("golden-open") == ENDING
    (effect,) = coordinator.write_markers()
    assert (effect.producer_id, effect.producer_epoch) == (4, 1)
    assert effect.partitions == {"transactional": (1,)}
    assert coordinator.init("golden-open") == (4, 2)


@pytest.mark.parametrize("is_asked", [True, False])
def test_an_epoch_fence_of_the_log_is_finished(
    make_coordinator: Callable[..., Any], is_asked: bool
) -> None:
    """No broker writes that state, but the format has it."""
    coordinator = make_coordinator([logged(TransactionState.PREPARE_EPOCH_FENCE)])
    if is_asked:
        assert coordinator.init() == ENDING
    coordinator.clock.advance(TICK_MS)
    assert coordinator.write_markers() == [CompleteTransaction("tx", 10, 6, False, {"t": (0,)}, V2)]
    assert coordinator.init() == (10, 7)


def test_a_dead_id_of_the_log_is_gone(make_coordinator: Callable[..., Any]) -> None:
    coordinator = make_coordinator(
        [logged(TransactionState.ONGOING), logged(TransactionState.DEAD)]
    )
    assert coordinator.shard.transactions == {}


def test_a_commit_that_could_not_be_written_was_never_decided(coordinator: Any) -> None:
    producer = coordinator.init()
    coordinator.add("tx", producer, T0, version=V2)
    coordinator.log.is_full = True
    assert coordinator.end("tx", producer) == ErrorCode.NOT_COORDINATOR
    coordinator.log.is_full = False
    assert coordinator.effects == []
    assert coordinator.state() == "Ongoing"
    assert coordinator.end("tx", producer) == (1000, 1)


# -- expiry --------------------------------------------------------------------------------------


def test_ids_whose_transaction_is_over_expire_and_others_do_not(coordinator: Any) -> None:
    day_ms = 24 * 3_600_000
    for name in ("committed", "aborted", "ending"):
        producer = coordinator.init(name)
        coordinator.add(name, producer, T0)
        coordinator.end(name, producer, version=3, committed=name != "aborted")
        if name != "ending":
            coordinator.write_markers()
    coordinator.clock.advance(8 * day_ms)
    assert set(coordinator.shard.transactions) == {"ending"}
    coordinator.write_markers()
    coordinator.clock.advance(8 * day_ms)
    assert coordinator.shard.transactions == {}
