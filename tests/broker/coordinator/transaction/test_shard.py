"""The transaction coordinator of one partition: conversations, restarts, expiry, replay."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from wirekafka_protocol.errors import ApiError, ErrorCode
from wirekafka_protocol.messages.init_producer_id import InitProducerIdRequest

from wirekafka.coordinator.machine import Decision, RequestInfo
from wirekafka.coordinator.transaction import shard as shard_module
from wirekafka.coordinator.transaction.config import TransactionConfig
from wirekafka.coordinator.transaction.metadata import LAST_PRODUCER_EPOCH, TransactionMetadata
from wirekafka.coordinator.transaction.records import (
    decode_record,
    encode_record,
    transaction_record,
)
from wirekafka.coordinator.transaction.shard import ExpiryKey, TransactionCoordinatorShard
from wirekafka.coordinator.transaction.states import TransactionState

INFO = RequestInfo(5, "client", "/127.0.0.1")
CONFIG = TransactionConfig()
HOUR_MS = 3_600_000
EXPIRATION_MS = CONFIG.transactional_id_expiration_ms
FENCED = ErrorCode.PRODUCER_FENCED


def exhausted(transactional_id: str = "tx") -> tuple[bytes, bytes | None]:
    metadata = TransactionMetadata(
        10, LAST_PRODUCER_EPOCH, 60_000, TransactionState.EMPTY, 1, previous_producer_id=10
    )
    return encode_record(transaction_record(transactional_id, metadata))


# -- conversations ---------------------------------------------------------------------------


def test_each_transactional_id_has_its_own_producer(coordinator: Any) -> None:
    assert coordinator.init("a") == (1000, 0)
    assert coordinator.init("b") == (1001, 0)
    assert coordinator.init("a") == (1000, 1)
    assert coordinator.taken == 2


def test_a_producer_raises_its_epoch_and_fences_what_had_it(coordinator: Any) -> None:
    """As the reference was recorded (init_producer_id_of_a_transactional_id)."""
    assert coordinator.init() == (1000, 0)
    assert coordinator.init() == (1000, 1)
    assert coordinator.init("tx", 1000, 1) == (1000, 2)
    assert coordinator.init("tx", 1000, 0) == FENCED
    assert coordinator.init("tx", 1001, 0) == FENCED
    assert coordinator.init("tx", 1000, 2) == (1000, 3)


def test_a_retry_gets_the_answer_that_was_lost(coordinator: Any) -> None:
    coordinator.init()
    assert coordinator.init("tx", 1000, 0) == (1000, 1)
    assert coordinator.init("tx", 1000, 0) == (1000, 1)
    assert coordinator.init("tx", 1000, 0) == (1000, 1)
    assert coordinator.init("tx", 1000, 1) == (1000, 2)


def test_refusals_write_nothing(coordinator: Any) -> None:
    coordinator.init()
    rows = list(coordinator.log.rows)
    assert coordinator.init("tx", 1000, 5) == FENCED
    coordinator.has_ids = False
    assert coordinator.init("other") == ErrorCode.COORDINATOR_LOAD_IN_PROGRESS
    assert coordinator.log.rows == rows
    coordinator.has_ids = True
    assert coordinator.init("other") == (1001, 0)


def test_without_new_producer_ids_the_known_ones_go_on(coordinator: Any) -> None:
    coordinator.init()
    coordinator.has_ids = False
    assert coordinator.init() == (1000, 1)


def test_an_exhausted_producer_id_is_replaced(make_coordinator: Callable[..., Any]) -> None:
    coordinator = make_coordinator([exhausted()])
    assert coordinator.init("tx", 10, LAST_PRODUCER_EPOCH) == (1000, 0)
    assert coordinator.init("tx", 10, LAST_PRODUCER_EPOCH) == (1000, 0)  # a retry
    assert coordinator.init("tx", 10, 5) == FENCED
    assert coordinator.init("tx", 1000, 0) == (1000, 1)
    assert coordinator.taken == 1


def test_an_id_that_is_just_being_changed_has_to_wait() -> None:
    machine = TransactionCoordinatorShard(CONFIG, iter([1000, 1001]).__next__)
    request = InitProducerIdRequest("tx", 1000)
    first = machine.init_producer_id(1, INFO, request, 0)
    second = machine.init_producer_id(2, INFO, request, 0)
    assert not second.records
    assert code_of(second) is ErrorCode.CONCURRENT_TRANSACTIONS
    assert machine.init_producer_id(3, INFO, InitProducerIdRequest("b", 1), 0).records
    replay(machine, first)
    third = machine.init_producer_id(4, INFO, request, 0)
    assert (third.replies[0].response.producer_id, len(third.records)) == (1000, 1)


def test_what_could_not_be_written_was_never_decided(coordinator: Any) -> None:
    assert coordinator.init() == (1000, 0)
    coordinator.log.is_full = True
    assert coordinator.init() == ErrorCode.NOT_COORDINATOR
    assert coordinator.init("new") == ErrorCode.NOT_COORDINATOR
    coordinator.log.is_full = False
    assert coordinator.init() == (1000, 1)
    assert coordinator.init("new") == (1002, 0)  # 1001 is lost: an id is never given out twice


# -- restart ---------------------------------------------------------------------------------


def test_a_restart_keeps_producer_ids_and_epochs(coordinator: Any) -> None:
    coordinator.init("a")
    coordinator.init("b")
    coordinator.init("b", timeout_ms=7)
    before = coordinator.shard.transactions
    coordinator.restart()
    assert coordinator.shard.transactions == before
    assert coordinator.shard.transactions["b"].timeout_ms == 7
    assert coordinator.init("a") == (1000, 1)
    assert coordinator.init("b", 1001, 1) == (1001, 2)
    assert coordinator.init("c") == (1002, 0)


def test_a_retry_over_a_restart_is_fenced(coordinator: Any) -> None:
    """As in Kafka: the epoch of before is not in the log."""
    coordinator.init()
    assert coordinator.init("tx", 1000, 0) == (1000, 1)
    coordinator.restart()
    assert coordinator.init("tx", 1000, 0) == FENCED


# -- expiry ----------------------------------------------------------------------------------


def test_an_unused_id_expires_after_a_week(coordinator: Any) -> None:
    coordinator.init("old")
    coordinator.clock.advance(EXPIRATION_MS - HOUR_MS)
    coordinator.init("young")
    assert set(coordinator.shard.transactions) == {"old", "young"}
    coordinator.clock.advance(HOUR_MS)
    assert set(coordinator.shard.transactions) == {"young"}
    assert coordinator.log.rows[-1] == (b"\0\0\0\3old", None)
    assert coordinator.init("old") == (1002, 0)


def test_an_id_in_use_does_not_expire(coordinator: Any) -> None:
    coordinator.init()
    for epoch in range(1, 4):
        coordinator.clock.advance(EXPIRATION_MS - HOUR_MS)
        assert coordinator.init() == (1000, epoch)


def test_expiry_goes_on_after_a_restart(coordinator: Any) -> None:
    coordinator.init()
    coordinator.clock.advance(EXPIRATION_MS // 2)
    coordinator.restart()
    coordinator.clock.advance(EXPIRATION_MS // 2 + HOUR_MS)
    assert coordinator.shard.transactions == {}
    coordinator.restart()
    assert coordinator.shard.transactions == {}


@pytest.mark.parametrize(("age_ms", "expires"), [(EXPIRATION_MS - 1, False), (EXPIRATION_MS, True)])
def test_expiry_is_exact(age_ms: int, expires: bool) -> None:
    machine = TransactionCoordinatorShard(CONFIG, iter([1]).__next__)
    replay(machine, machine.init_producer_id(1, INFO, InitProducerIdRequest("tx", 1), 1000))
    decision = machine.on_timer(ExpiryKey(), 1000 + age_ms)
    assert bool(decision.records) is expires
    assert [timer.deadline_ms for timer in decision.timers] == [1000 + age_ms + HOUR_MS]


def test_an_id_that_expires_takes_no_requests_before_it_is_gone() -> None:
    machine = TransactionCoordinatorShard(CONFIG, iter([1, 2]).__next__)
    request = InitProducerIdRequest("tx", 1)
    replay(machine, machine.init_producer_id(1, INFO, request, 0))
    expiry = machine.on_timer(ExpiryKey(), EXPIRATION_MS)
    refused = machine.init_producer_id(2, INFO, request, EXPIRATION_MS)
    assert code_of(refused) is ErrorCode.CONCURRENT_TRANSACTIONS
    assert not machine.on_timer(ExpiryKey(), EXPIRATION_MS).records
    replay(machine, expiry)
    again = machine.init_producer_id(3, INFO, request, EXPIRATION_MS)
    assert again.replies[0].response.producer_id == 2


def test_an_id_that_is_just_being_changed_does_not_expire() -> None:
    machine = TransactionCoordinatorShard(CONFIG, iter([1]).__next__)
    request = InitProducerIdRequest("tx", 1)
    replay(machine, machine.init_producer_id(1, INFO, request, 0))
    machine.init_producer_id(2, INFO, request, EXPIRATION_MS)
    assert not machine.on_timer(ExpiryKey(), EXPIRATION_MS).records


def test_many_ids_expire_in_batches_that_fit(
    coordinator: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(10):
        coordinator.init(f"id-{number}")
    monkeypatch.setattr(shard_module, "BATCH_BYTES", 560)
    coordinator.log.batches.clear()
    coordinator.clock.advance(EXPIRATION_MS + HOUR_MS)
    assert coordinator.log.batches == [4, 4, 2]
    assert coordinator.shard.transactions == {}


def test_unknown_timers_do_nothing() -> None:
    machine = TransactionCoordinatorShard(CONFIG, lambda: None)
    assert machine.on_timer("something", 0) == Decision()


# -- replay ----------------------------------------------------------------------------------


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["a", "b", "c"]),
        st.sampled_from([-1, 100, 101, 102]),
        st.sampled_from([-1, 0, 1, 2, LAST_PRODUCER_EPOCH - 1, LAST_PRODUCER_EPOCH]),
        st.sampled_from([0, 1, HOUR_MS, EXPIRATION_MS]),
    ),
    max_size=30,
)


@given(STEPS, st.booleans())
def test_a_second_machine_that_reads_the_log_is_equal(
    steps: list[tuple[str, int, int, int]], starts_exhausted: bool
) -> None:
    first = TransactionCoordinatorShard(CONFIG, iter(range(100, 200)).__next__)
    second = TransactionCoordinatorShard(CONFIG, lambda: None)
    if starts_exhausted:
        for machine in (first, second):
            record = decode_record(*exhausted("a"))
            assert record is not None
            machine.replay(record)
    now_ms = 1
    for ticket, (transactional_id, producer_id, epoch, pause_ms) in enumerate(steps):
        now_ms += pause_ms
        request = InitProducerIdRequest(transactional_id, 1 + ticket, producer_id, epoch)
        for decision in (
            first.init_producer_id(ticket, INFO, request, now_ms),
            first.on_timer(ExpiryKey(), now_ms),
        ):
            for record in decision.records:
                first.replay(record)
                read_back = decode_record(*encode_record(record))
                assert read_back is not None
                second.replay(read_back)
        assert second.transactions == first.transactions
        assert all(
            0 <= known.producer_epoch <= LAST_PRODUCER_EPOCH
            for known in first.transactions.values()
        )


def replay(machine: TransactionCoordinatorShard, decision: Decision) -> None:
    for record in decision.records:
        machine.replay(record)


def code_of(decision: Decision) -> ErrorCode:
    (reply,) = decision.replies
    assert isinstance(reply.response, ApiError)
    return reply.response.code
