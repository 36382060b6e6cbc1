"""The rules of InitProducerId, one row each: what there is, what is asked, what comes of it."""

from __future__ import annotations

import pytest
from wirekafka_protocol.errors import ApiError, ErrorCode
from wirekafka_protocol.messages.init_producer_id import InitProducerIdRequest

from wirekafka.coordinator.transaction.init_producer_id import check_request, initialised
from wirekafka.coordinator.transaction.metadata import (
    LAST_PRODUCER_EPOCH,
    TransactionMetadata,
)
from wirekafka.coordinator.transaction.states import TransactionState

NOW_MS = 5_000
NEW_ID = 77
END = LAST_PRODUCER_EPOCH
FENCED = ErrorCode.PRODUCER_FENCED
CONCURRENT = ErrorCode.CONCURRENT_TRANSACTIONS


def metadata(
    producer_id: int,
    epoch: int,
    last_epoch: int = -1,
    previous_id: int = 10,
    state: TransactionState = TransactionState.EMPTY,
) -> TransactionMetadata:
    return TransactionMetadata(
        producer_id=producer_id,
        producer_epoch=epoch,
        timeout_ms=1_000,
        state=state,
        update_time_ms=1_000,
        previous_producer_id=previous_id,
        last_producer_epoch=last_epoch,
    )


def request(
    producer_id: int = -1, epoch: int = -1, timeout_ms: int = 2_000
) -> InitProducerIdRequest:
    return InitProducerIdRequest("tx", timeout_ms, producer_id, epoch)


def outcome(
    current: TransactionMetadata | None, asked: InitProducerIdRequest
) -> tuple[int, int, int, int] | ErrorCode:
    """Producer id, epoch, last epoch (-2: a transaction is aborted), ids taken; or the error."""
    taken: list[int] = []

    def next_producer_id() -> int:
        taken.append(NEW_ID)
        return NEW_ID

    try:
        following = initialised(current, asked, NOW_MS, next_producer_id)
    except ApiError as error:
        assert not taken
        return error.code
    if following.state is TransactionState.PREPARE_ABORT:
        return following.producer_id, following.producer_epoch, -2, len(taken)
    assert following.state is TransactionState.EMPTY
    assert (following.timeout_ms, following.update_time_ms) == (2_000, NOW_MS)
    return (
        following.producer_id,
        following.producer_epoch,
        following.last_producer_epoch,
        len(taken),
    )


@pytest.mark.parametrize(
    ("current", "asked", "expected"),
    [
        # new: whatever the client remembers
        (None, request(), (NEW_ID, 0, -1, 1)),
        (None, request(5, 3), (NEW_ID, 0, -1, 1)),
        # again, without saying who
        (metadata(10, 0), request(), (10, 1, -1, 0)),
        (metadata(10, 7, 6), request(), (10, 8, -1, 0)),
        # KIP-360: the producer of now, its retry, a producer of before, somebody else
        (metadata(10, 7), request(10, 7), (10, 8, 7, 0)),
        (metadata(10, 8, 7), request(10, 7), (10, 8, 7, 0)),
        (metadata(10, 8, 7), request(10, 6), FENCED),
        (metadata(10, 8, -1), request(10, 7), FENCED),
        (metadata(10, 8, 7), request(10, 9), FENCED),
        (metadata(10, 8, 7), request(11, 8), FENCED),
        # the epochs come to an end
        (metadata(10, END - 1), request(), (10, END, -1, 0)),
        (metadata(10, END), request(), (NEW_ID, 0, -1, 1)),
        (metadata(10, END), request(10, END), (NEW_ID, 0, END, 1)),
        (metadata(10, END, END - 1), request(10, END - 1), (10, END, END - 1, 0)),
        (metadata(10, END, END - 1), request(10, 5), FENCED),
        # with a new id: the retry, a retry of which nobody knows, an old epoch of the old id
        (metadata(11, 0, END, previous_id=10), request(10, END), (11, 0, END, 0)),
        (metadata(11, 0, -1, previous_id=10), request(10, END), FENCED),
        (metadata(11, 0, END, previous_id=10), request(10, END - 1), FENCED),
        (metadata(11, 1, 0, previous_id=11), request(10, END), FENCED),
    ],
)
def test_what_follows(
    current: TransactionMetadata | None,
    asked: InitProducerIdRequest,
    expected: tuple[int, int, int, int] | ErrorCode,
) -> None:
    assert outcome(current, asked) == expected


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        (TransactionState.EMPTY, (10, 2, -1, 0)),
        (TransactionState.COMPLETE_COMMIT, (10, 2, -1, 0)),
        (TransactionState.COMPLETE_ABORT, (10, 2, -1, 0)),
        (TransactionState.ONGOING, (10, 2, -2, 0)),
        (TransactionState.PREPARE_COMMIT, CONCURRENT),
        (TransactionState.PREPARE_ABORT, CONCURRENT),
        (TransactionState.PREPARE_EPOCH_FENCE, (10, 2, -2, 0)),
    ],
)
def test_an_open_transaction_must_be_over_first(
    state: TransactionState, expected: tuple[int, int, int, int] | ErrorCode
) -> None:
    assert outcome(metadata(10, 1, state=state), request()) == expected


def test_a_stranger_is_fenced_also_while_a_transaction_is_open() -> None:
    ongoing = metadata(10, 1, state=TransactionState.ONGOING)
    assert outcome(ongoing, request(11, 1)) == FENCED


def test_only_the_producer_id_must_be_right_to_abort_an_open_transaction() -> None:
    """As the reference: the epoch is looked at when the client asks again."""
    ongoing = metadata(10, 1, state=TransactionState.ONGOING)
    assert outcome(ongoing, request(10, 7)) == (10, 2, -2, 0)


def test_an_open_transaction_of_an_exhausted_producer_id_is_aborted_towards_a_new_one() -> None:
    ongoing = metadata(10, END, state=TransactionState.ONGOING)
    assert outcome(ongoing, request()) == (10, END + 1, -2, 1)


@pytest.mark.parametrize("state", [TransactionState.PREPARE_COMMIT, TransactionState.PREPARE_ABORT])
def test_while_a_transaction_is_being_ended_also_strangers_wait(state: TransactionState) -> None:
    assert outcome(metadata(10, 1, state=state), request(11, 1)) == CONCURRENT


def test_the_producer_id_of_before_is_remembered() -> None:
    new = initialised(None, request(), NOW_MS, lambda: NEW_ID)
    assert new.previous_producer_id == NEW_ID
    rotated = initialised(metadata(10, END, previous_id=9), request(), NOW_MS, lambda: NEW_ID)
    assert rotated.previous_producer_id == 10


def test_the_transaction_of_before_is_forgotten() -> None:
    current = TransactionMetadata(
        10, 3, 1, TransactionState.COMPLETE_COMMIT, 1, 10, start_time_ms=1_000
    )
    assert initialised(current, request(), NOW_MS, lambda: NEW_ID).start_time_ms == -1


def test_what_only_transactions_change_is_kept() -> None:
    """The reference writes the client's version of the protocol again after the transaction."""
    current = TransactionMetadata(
        10, 3, 1, TransactionState.COMPLETE_COMMIT, 1, 10, client_transaction_version=2
    )
    following = initialised(current, request(), NOW_MS, lambda: NEW_ID)
    assert following.client_transaction_version == 2


@pytest.mark.parametrize("current", [None, metadata(10, END)])
def test_without_a_producer_id_the_client_shall_ask_again(
    current: TransactionMetadata | None,
) -> None:
    with pytest.raises(ApiError) as raised:
        initialised(current, request(), NOW_MS, lambda: None)
    assert raised.value.code is ErrorCode.COORDINATOR_LOAD_IN_PROGRESS


@pytest.mark.parametrize(
    ("transactional_id", "timeout_ms", "producer_id", "epoch", "expected"),
    [
        ("tx", 1, -1, -1, None),
        ("tx", 900_000, 5, 0, None),
        ("tx", 0, -1, -1, ErrorCode.INVALID_TRANSACTION_TIMEOUT),
        ("tx", -1, -1, -1, ErrorCode.INVALID_TRANSACTION_TIMEOUT),
        ("tx", 900_001, -1, -1, ErrorCode.INVALID_TRANSACTION_TIMEOUT),
        ("", 1, -1, -1, ErrorCode.INVALID_REQUEST),
        ("", 0, -1, -1, ErrorCode.INVALID_REQUEST),
        ("tx", 0, 5, -1, ErrorCode.INVALID_REQUEST),
        ("tx", 1, -1, 5, ErrorCode.INVALID_REQUEST),
        (None, 0, -1, -1, None),
        (None, 1, 5, 0, None),
        (None, 1, 5, -1, ErrorCode.INVALID_REQUEST),
    ],
)
def test_what_is_refused_whoever_the_coordinator_is(
    transactional_id: str | None,
    timeout_ms: int,
    producer_id: int,
    epoch: int,
    expected: ErrorCode | None,
) -> None:
    asked = InitProducerIdRequest(transactional_id, timeout_ms, producer_id, epoch)
    if expected is None:
        check_request(asked, max_timeout_ms=900_000)
        return
    with pytest.raises(ApiError) as raised:
        check_request(asked, max_timeout_ms=900_000)
    assert raised.value.code is expected
