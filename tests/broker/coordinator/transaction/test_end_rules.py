"""The rules of EndTxn: every state, both protocols, every relation of the epochs.

The answers are those of Kafka 4.3.1, asked with the same states and epochs.
"""

from __future__ import annotations

from itertools import product

import pytest
from wirekafka_protocol.errors import ApiError, ErrorCode
from wirekafka_protocol.messages.end_txn import EndTxnRequest

from wirekafka.coordinator.transaction.end_txn import completed, ended_v1, ended_v2, raised
from wirekafka.coordinator.transaction.metadata import (
    LAST_PRODUCER_EPOCH,
    MAX_EPOCH,
    V1,
    V2,
    TransactionMetadata,
)
from wirekafka.coordinator.transaction.states import TransactionState as S

NOW_MS = 5_000
START_MS = 1_000
NEW_ID = 77
END = LAST_PRODUCER_EPOCH
EPOCH = 5
SAME, BEFORE, LONG_BEFORE, AFTER = 0, -1, -2, 1

AGAIN = "the same answer again"
UNKNOWN = ErrorCode.INVALID_PRODUCER_ID_MAPPING
FENCED = ErrorCode.PRODUCER_FENCED
ENDING = ErrorCode.CONCURRENT_TRANSACTIONS
NO = ErrorCode.INVALID_TXN_STATE

Outcome = S | ErrorCode | str

REACHABLE = [S.EMPTY, S.ONGOING, S.PREPARE_COMMIT, S.PREPARE_ABORT, S.COMPLETE_COMMIT]
REACHABLE += [S.COMPLETE_ABORT, S.PREPARE_EPOCH_FENCE]

V1_SAME_EPOCH: dict[S, tuple[Outcome, Outcome]] = {
    # state: commit, abort
    S.EMPTY: (NO, NO),
    S.ONGOING: (S.PREPARE_COMMIT, S.PREPARE_ABORT),
    S.PREPARE_COMMIT: (ENDING, ENDING),
    S.PREPARE_ABORT: (ENDING, ENDING),
    S.COMPLETE_COMMIT: (AGAIN, NO),
    S.COMPLETE_ABORT: (NO, AGAIN),
    S.PREPARE_EPOCH_FENCE: (NO, NO),
}

V2_SAME_EPOCH: dict[S, tuple[Outcome, Outcome]] = {
    S.EMPTY: (NO, S.PREPARE_ABORT),
    S.ONGOING: (S.PREPARE_COMMIT, S.PREPARE_ABORT),
    S.PREPARE_COMMIT: (ENDING, ENDING),
    S.PREPARE_ABORT: (ENDING, ENDING),
    S.COMPLETE_COMMIT: (NO, S.PREPARE_ABORT),
    S.COMPLETE_ABORT: (NO, S.PREPARE_ABORT),
    S.PREPARE_EPOCH_FENCE: (NO, S.PREPARE_ABORT),
}

V2_EPOCH_BEFORE: dict[tuple[S, int], tuple[Outcome, Outcome]] = {
    # the state, and the protocol of the end before
    (S.COMPLETE_COMMIT, V2): (AGAIN, NO),
    (S.COMPLETE_ABORT, V2): (NO, AGAIN),
}


def v1_expected(state: S, relation: int, committed: bool) -> Outcome:
    if relation != SAME:
        return FENCED
    return V1_SAME_EPOCH[state][0 if committed else 1]


def v2_expected(state: S, last_version: int, relation: int, committed: bool) -> Outcome:
    if state in (S.PREPARE_COMMIT, S.PREPARE_ABORT):
        return ENDING
    if relation == SAME:
        return V2_SAME_EPOCH[state][0 if committed else 1]
    if relation == BEFORE and (state, last_version) in V2_EPOCH_BEFORE:
        return V2_EPOCH_BEFORE[state, last_version][0 if committed else 1]
    return FENCED


def metadata(
    state: S, version: int = V2, producer_id: int = 10, epoch: int = EPOCH, previous_id: int = 10
) -> TransactionMetadata:
    is_open = state in (S.ONGOING, S.PREPARE_COMMIT, S.PREPARE_ABORT, S.PREPARE_EPOCH_FENCE)
    return TransactionMetadata(
        producer_id,
        epoch,
        60_000,
        state,
        START_MS,
        previous_producer_id=previous_id,
        client_transaction_version=version,
        partitions={"t": (0, 2)} if is_open else {},
        start_time_ms=-1 if state is S.EMPTY else START_MS,
    )


def end(
    current: TransactionMetadata | None,
    protocol: int,
    committed: bool,
    producer_id: int = 10,
    epoch: int = EPOCH,
) -> TransactionMetadata | ErrorCode | str:
    request = EndTxnRequest("tx", producer_id, epoch, committed)
    try:
        if protocol == V1:
            following = ended_v1(current, request, NOW_MS)
        else:
            following = ended_v2(current, request, NOW_MS, lambda: NEW_ID)
    except ApiError as error:
        return error.code
    return AGAIN if following is None else following


def outcome(found: TransactionMetadata | ErrorCode | str) -> Outcome:
    return found.state if isinstance(found, TransactionMetadata) else found


@pytest.mark.parametrize(
    ("state", "last_version", "relation", "committed"),
    list(
        product(REACHABLE, (V1, V2), (SAME, BEFORE, LONG_BEFORE, AFTER), (True, False)),
    ),
)
def test_every_state_and_epoch(state: S, last_version: int, relation: int, committed: bool) -> None:
    current = metadata(state, last_version)
    old = end(current, V1, committed, epoch=EPOCH + relation)
    assert outcome(old) == v1_expected(state, relation, committed)
    new = end(current, V2, committed, epoch=EPOCH + relation)
    assert outcome(new) == v2_expected(state, last_version, relation, committed)
    for found, raise_by in ((old, 0), (new, 1)):
        if isinstance(found, TransactionMetadata):
            assert found.producer_epoch == EPOCH + raise_by
            assert (found.producer_id, found.previous_producer_id) == (10, 10)
            assert found.client_transaction_version == (V2 if raise_by else V1)
            assert found.partitions == current.partitions
            assert found.update_time_ms == NOW_MS


@pytest.mark.parametrize(("state", "protocol"), list(product(REACHABLE, (V1, V2))))
@pytest.mark.parametrize("committed", [True, False])
def test_another_producer_is_unknown(state: S, protocol: int, committed: bool) -> None:
    is_ending = state in (S.PREPARE_COMMIT, S.PREPARE_ABORT) and protocol == V2
    found = end(metadata(state), protocol, committed, producer_id=11)
    assert found == (ENDING if is_ending else UNKNOWN)


@pytest.mark.parametrize("protocol", [V1, V2])
def test_without_a_producer_nothing_ends(protocol: int) -> None:
    assert end(None, protocol, True) == UNKNOWN


def test_what_is_aborted_without_having_begun_starts_and_ends_now() -> None:
    found = end(metadata(S.EMPTY), V2, False)
    assert isinstance(found, TransactionMetadata)
    assert (found.start_time_ms, found.partitions, found.last_producer_epoch) == (NOW_MS, {}, EPOCH)
    again = end(metadata(S.COMPLETE_COMMIT), V2, False)
    assert isinstance(again, TransactionMetadata)
    assert again.start_time_ms == NOW_MS


def test_an_open_transaction_keeps_its_start() -> None:
    for protocol in (V1, V2):
        found = end(metadata(S.ONGOING), protocol, True)
        assert isinstance(found, TransactionMetadata)
        assert found.start_time_ms == START_MS


# -- the epochs come to an end -------------------------------------------------------------------


@pytest.mark.parametrize("committed", [True, False])
def test_the_last_epoch_makes_room_for_a_new_producer_id(committed: bool) -> None:
    prepared = end(metadata(S.ONGOING, epoch=END), V2, committed, epoch=END)
    assert isinstance(prepared, TransactionMetadata)
    assert (prepared.producer_id, prepared.producer_epoch) == (10, MAX_EPOCH)
    assert prepared.next_producer_id == NEW_ID
    done = completed(prepared, NOW_MS)
    assert (done.producer_id, done.producer_epoch, done.next_producer_id) == (NEW_ID, 0, -1)
    assert done.previous_producer_id == 10
    assert done.last_producer_epoch == END
    # its producer may not have heard the answer
    assert end(done, V2, committed, epoch=END) == AGAIN
    assert end(done, V2, not committed, epoch=END) == NO
    assert end(done, V1, committed, epoch=END) == UNKNOWN
    assert end(done, V2, committed, epoch=END - 1) == UNKNOWN
    assert end(done, V2, committed, epoch=MAX_EPOCH) == UNKNOWN


def test_the_producer_id_of_before_is_fenced_once_the_new_one_is_initialised() -> None:
    empty = metadata(S.EMPTY, producer_id=NEW_ID, epoch=0)
    assert end(empty, V2, True, epoch=END) == FENCED


def test_an_epoch_of_the_future_is_not_taken_for_a_producer_id_of_before() -> None:
    done = metadata(S.COMPLETE_COMMIT, V1, epoch=0)
    assert end(done, V2, True, epoch=END) == FENCED


def test_the_highest_epoch_of_an_older_broker_can_be_ended() -> None:
    prepared = end(metadata(S.COMPLETE_ABORT, epoch=MAX_EPOCH), V2, False, epoch=MAX_EPOCH)
    assert isinstance(prepared, TransactionMetadata)
    assert (prepared.producer_epoch, prepared.next_producer_id) == (MAX_EPOCH, NEW_ID)


def test_the_old_protocol_needs_no_epoch() -> None:
    prepared = end(metadata(S.ONGOING, epoch=END), V1, True, epoch=END)
    assert isinstance(prepared, TransactionMetadata)
    assert (prepared.producer_epoch, prepared.next_producer_id) == (END, -1)


def test_without_a_producer_id_at_hand_the_client_shall_ask_again() -> None:
    with pytest.raises(ApiError) as caught:
        raised(metadata(S.ONGOING, epoch=END), S.PREPARE_ABORT, NOW_MS, lambda: None)
    assert caught.value.code is ErrorCode.COORDINATOR_LOAD_IN_PROGRESS


# -- complete ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("state", "following"),
    [(S.PREPARE_COMMIT, S.COMPLETE_COMMIT), (S.PREPARE_ABORT, S.COMPLETE_ABORT)],
)
@pytest.mark.parametrize("version", [V1, V2])
def test_what_is_complete_has_no_partitions(state: S, following: S, version: int) -> None:
    done = completed(metadata(state, version), NOW_MS)
    assert (done.state, done.partitions, done.update_time_ms) == (following, {}, NOW_MS)
    assert (done.producer_epoch, done.start_time_ms) == (EPOCH, START_MS)
    assert done.client_transaction_version == version
