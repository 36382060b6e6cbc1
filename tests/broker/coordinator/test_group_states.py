"""The legal transitions of a classic group, and what is not legal."""

from __future__ import annotations

from itertools import product

import pytest

from wirekafka.coordinator.group.group import ClassicGroup
from wirekafka.coordinator.group.states import (
    DELETE_ANSWER,
    HEARTBEAT_ANSWER,
    REBALANCING_FROM,
    SYNC_ANSWER,
    TRANSITIONS,
    GroupState,
)

LEGAL = {
    ("Empty", "PreparingRebalance"),
    ("PreparingRebalance", "CompletingRebalance"),
    ("PreparingRebalance", "Empty"),
    ("CompletingRebalance", "Stable"),
    ("CompletingRebalance", "PreparingRebalance"),
    ("Stable", "PreparingRebalance"),
    ("Empty", "Dead"),
    ("PreparingRebalance", "Dead"),
    ("CompletingRebalance", "Dead"),
    ("Stable", "Dead"),
    ("Dead", "Dead"),
}


@pytest.mark.parametrize(("before", "after"), list(product(GroupState, GroupState)))
def test_transitions_are_those_of_the_table(before: GroupState, after: GroupState) -> None:
    group = ClassicGroup("g")
    group.state = before
    if (before.value, after.value) in LEGAL:
        group.transition_to(after, 5)
        assert (group.previous_state, group.state, group.state_timestamp_ms) == (before, after, 5)
    else:
        with pytest.raises(AssertionError):
            group.transition_to(after, 5)


def test_every_table_covers_every_state() -> None:
    for table in (TRANSITIONS, HEARTBEAT_ANSWER, SYNC_ANSWER, DELETE_ANSWER):
        assert set(table) == set(GroupState)


def test_a_rebalance_starts_from_every_living_state_but_its_own() -> None:
    assert {
        GroupState.EMPTY,
        GroupState.COMPLETING_REBALANCE,
        GroupState.STABLE,
    } == REBALANCING_FROM
