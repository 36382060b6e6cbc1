"""Sequences, epochs and transactions of producers: a table per rule."""

from __future__ import annotations

import pytest
from wirekafka_protocol.errors import ApiError, ErrorCode
from wirekafka_storage.producer_state import LAST_EPOCH, ProducedBatch, ProducerState

LAST = 2**31 - 1
DUPLICATE = "duplicate"
OUT_OF_ORDER = ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER
OLD_EPOCH = ErrorCode.INVALID_PRODUCER_EPOCH


def check(state, epoch, first, last=None, *, transactional=False, producer_id=1):
    try:
        found = state.check_data(
            producer_id, epoch, first, first if last is None else last,
            is_transactional=transactional,
        )  # fmt: skip
    except ApiError as error:
        return error.code
    return None if found is None else (DUPLICATE, found.first_offset)


def add(state, epoch, first, last=None, *, offset=0, transactional=False, producer_id=1):
    last = first if last is None else last
    batch = ProducedBatch(first, last, offset, offset + (last - first) % (LAST + 1), 1000 + offset)
    state.append_data(producer_id, epoch, batch, is_transactional=transactional)


def state_after(*batches):
    state = ProducerState()
    for number, (epoch, first, last) in enumerate(batches):
        add(state, epoch, first, last, offset=10 * number)
    return state


@pytest.mark.parametrize(
    ("batches", "epoch", "first", "last", "expected"),
    [
        # An unknown producer may start anywhere.
        ([], 0, 0, 0, None),
        ([], 3, 7, 9, None),
        # The next sequence, a gap, an overlap.
        ([(0, 0, 2)], 0, 3, 3, None),
        ([(0, 0, 2)], 0, 4, 4, OUT_OF_ORDER),
        ([(0, 0, 2)], 0, 2, 4, OUT_OF_ORDER),
        ([(0, 0, 2)], 0, 0, 1, OUT_OF_ORDER),
        # Duplicates: exactly one of the last five batches.
        ([(0, 0, 2)], 0, 0, 2, (DUPLICATE, 0)),
        ([(0, i, i) for i in range(6)], 0, 1, 1, (DUPLICATE, 10)),
        ([(0, i, i) for i in range(6)], 0, 5, 5, (DUPLICATE, 50)),
        ([(0, i, i) for i in range(6)], 0, 0, 0, OUT_OF_ORDER),
        # A log that has a sequence twice, as the producer was forgotten in between.
        ([(0, 0, 0), (0, 1, 1), (0, 0, 0), (0, 1, 1)], 0, 0, 0, (DUPLICATE, 20)),
        # Wrapping.
        ([(0, 0, LAST)], 0, 0, 0, None),
        ([(0, LAST, 0)], 0, 1, 1, None),
        ([(0, LAST, 0)], 0, LAST, 0, (DUPLICATE, 0)),
        # Epochs.
        ([(2, 0, 0)], 1, 1, 1, OLD_EPOCH),
        ([(2, 0, 0)], 3, 0, 0, None),
        ([(2, 0, 0)], 3, 1, 1, OUT_OF_ORDER),
        ([(2, 0, 0), (3, 0, 0)], 3, 1, 1, None),
        ([(2, 0, 0), (3, 0, 0)], 2, 0, 0, OLD_EPOCH),
    ],
)
def test_which_batches_of_a_producer_are_accepted(batches, epoch, first, last, expected):
    assert check(state_after(*batches), epoch, first, last) == expected


def test_marker_of_a_newer_epoch_forgets_batches():
    """With transaction.version 2 each transaction ends in a new epoch, with new sequences."""
    state = state_after((0, 0, 4))
    state.append_marker(1, 1, 0, offset=50, timestamp=5)
    assert check(state, 0, 5) == OLD_EPOCH
    assert check(state, 1, 5) == OUT_OF_ORDER
    assert check(state, 1, 0) is None


def test_marker_of_the_same_epoch_keeps_the_sequence():
    state = state_after((0, 0, 4))
    state.append_marker(1, 0, 0, offset=50, timestamp=5)
    assert check(state, 0, 5) is None
    assert check(state, 0, 0, 4) == (DUPLICATE, 0)


def test_batch_outside_of_an_open_transaction_is_refused():
    state = ProducerState()
    add(state, 0, 0, transactional=True)
    assert check(state, 0, 1) == ErrorCode.INVALID_TXN_STATE
    assert check(state, 0, 1, transactional=True) is None


@pytest.mark.parametrize(
    ("epoch", "coordinator_epoch", "code"),
    [
        (5, 3, None),
        (6, 4, None),
        (4, 3, OLD_EPOCH),
        (5, 2, ErrorCode.TRANSACTION_COORDINATOR_FENCED),
    ],
)
def test_which_markers_are_accepted(epoch, coordinator_epoch, code):
    state = ProducerState()
    state.append_marker(1, 5, 3, offset=0, timestamp=0)
    if code is None:
        state.check_marker(1, epoch, coordinator_epoch)
        return
    with pytest.raises(ApiError) as caught:
        state.check_marker(1, epoch, coordinator_epoch)
    assert caught.value.code is code


@pytest.mark.parametrize(
    ("version", "is_open", "known", "epoch", "is_accepted"),
    [
        # Up to version 1 every transaction of a producer has one epoch.
        (0, True, 5, 5, True),
        (1, True, 5, 5, True),
        (1, True, 5, 4, False),
        # From version 2 on the marker raises it: one that does not belongs to the one before.
        (2, True, 5, 6, True),
        (2, True, 5, 5, False),
        (2, True, 5, 4, False),
        # Nothing is open: the marker is written once more, and does no harm.
        (2, False, 5, 5, True),
        (2, False, 5, 4, False),
        # There is no higher epoch.
        (2, True, LAST_EPOCH, LAST_EPOCH, True),
        (3, True, 5, 5, False),
    ],
)
def test_which_epochs_a_marker_may_have(version, is_open, known, epoch, is_accepted):
    state = ProducerState()
    add(state, known, 0, transactional=is_open)
    if is_accepted:
        state.check_marker(1, epoch, 0, version)
        return
    with pytest.raises(ApiError) as caught:
        state.check_marker(1, epoch, 0, version)
    assert caught.value.code is OLD_EPOCH


def test_marker_of_an_unknown_producer_is_accepted():
    ProducerState().check_marker(1, 0, 0, 2)


@pytest.mark.parametrize(("epoch", "code"), [(4, OLD_EPOCH), (5, None), (6, None)])
def test_coordinator_is_asked_for_the_epoch_only(epoch, code):
    state = state_after((5, 0, 4))
    state.check_epoch(2, 0)
    if code is None:
        state.check_epoch(1, epoch)
        return
    with pytest.raises(ApiError) as caught:
        state.check_epoch(1, epoch)
    assert caught.value.code is code


def test_stable_offset_is_the_first_open_transaction():
    state = ProducerState()
    assert state.last_stable_offset(100) == 100
    add(state, 0, 0, offset=10, transactional=True, producer_id=1)
    add(state, 0, 0, offset=20, transactional=True, producer_id=2)
    assert state.last_stable_offset(100) == 10
    assert state.last_stable_offset(5) == 5
    completed = state.append_marker(1, 0, 0, offset=30, timestamp=0)
    assert completed == (1, 10, 30, 20)
    assert state.last_stable_offset(100) == 20
    assert state.append_marker(2, 0, 0, offset=40, timestamp=0) == (2, 20, 40, 41)
    assert state.last_stable_offset(100) == 100


def test_transaction_stays_unstable_until_its_marker_is_replicated():
    state = ProducerState()
    add(state, 0, 0, offset=10, transactional=True)
    state.append_marker(1, 0, 0, offset=30, timestamp=0)
    assert state.last_stable_offset(20) == 10
    assert state.last_stable_offset(30) == 10
    assert state.last_stable_offset(31) == 31


def test_marker_without_a_transaction_completes_nothing():
    assert ProducerState().append_marker(1, 0, 0, offset=3, timestamp=0) is None


def test_completed_transactions_are_not_kept_for_ever():
    state = ProducerState()
    for i in range(3000):
        add(state, 0, i, offset=2 * i, transactional=True)
        state.append_marker(1, 0, 0, offset=2 * i + 1, timestamp=0)
    assert len(state._completed) <= 1025
    assert state.last_stable_offset(5999) < 5999
    assert state.last_stable_offset(6000) == 6000


def test_silent_producers_expire_unless_in_a_transaction():
    state = ProducerState()
    add(state, 0, 0, offset=0, producer_id=1)
    add(state, 0, 0, offset=500, producer_id=2)
    add(state, 0, 0, offset=0, producer_id=3, transactional=True)
    assert state.expire(1400, 400) == 1
    assert sorted(state.producers) == [2, 3]
    assert check(state, 0, 9, producer_id=1) is None


def test_active_producers_are_listed():
    state = ProducerState()
    add(state, 3, 0, 4, offset=10, transactional=True, producer_id=9)
    state.append_marker(2, 1, 7, offset=20, timestamp=55)
    assert state.active() == [(2, 1, -1, 55, 7, -1), (9, 3, 4, 1010, -1, 10)]
