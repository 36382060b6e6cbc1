"""The table of transaction states, against what Kafka's says the other way round."""

from __future__ import annotations

import pytest

from wirekafka.coordinator.transaction.states import (
    EXPIRING,
    INITIALISED_FROM,
    TRANSITIONS,
    TransactionState,
)

S = TransactionState
AT_REST = {S.EMPTY, S.COMPLETE_COMMIT, S.COMPLETE_ABORT}


@pytest.mark.parametrize(
    ("state", "previous"),
    [
        (S.EMPTY, AT_REST),
        (S.ONGOING, AT_REST | {S.ONGOING}),
        (S.PREPARE_COMMIT, {S.ONGOING}),
        (S.PREPARE_ABORT, AT_REST | {S.ONGOING, S.PREPARE_EPOCH_FENCE}),
        (S.COMPLETE_COMMIT, {S.PREPARE_COMMIT}),
        (S.COMPLETE_ABORT, {S.PREPARE_ABORT}),
        (S.DEAD, AT_REST),
        (S.PREPARE_EPOCH_FENCE, {S.ONGOING}),
    ],
)
def test_each_state_follows_the_states_that_kafka_names(
    state: TransactionState, previous: set[TransactionState]
) -> None:
    assert {before for before, after in TRANSITIONS.items() if state in after} == previous


def test_every_state_is_in_the_table() -> None:
    assert set(TRANSITIONS) == set(TransactionState)


def test_only_ids_without_a_transaction_are_initialised_and_expire() -> None:
    assert INITIALISED_FROM == AT_REST
    assert EXPIRING == AT_REST
