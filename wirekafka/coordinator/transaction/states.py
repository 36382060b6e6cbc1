"""The states of a transactional id and the moves between them.

Only Empty is entered so far: nothing begins a transaction yet. The others are found in the log of a
broker that had transactions.

Source: Kafka's `TransactionState`.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import IntEnum
from types import MappingProxyType


class TransactionState(IntEnum):
    """The number is the one in the log."""

    EMPTY = 0
    """There is a producer, and no transaction since it was initialised."""
    ONGOING = 1
    PREPARE_COMMIT = 2
    """The decision is in the log, the markers are being written."""
    PREPARE_ABORT = 3
    COMPLETE_COMMIT = 4
    """The markers are written."""
    COMPLETE_ABORT = 5
    DEAD = 6
    """The id has expired; its tombstone is on its way."""
    PREPARE_EPOCH_FENCE = 7
    """An open transaction is about to be aborted because its producer was initialised again."""


TRANSITIONS: Mapping[TransactionState, frozenset[TransactionState]] = MappingProxyType(
    {
        TransactionState.EMPTY: frozenset(
            {
                TransactionState.EMPTY,
                TransactionState.ONGOING,
                TransactionState.PREPARE_ABORT,
                TransactionState.DEAD,
            }
        ),
        TransactionState.ONGOING: frozenset(
            {
                TransactionState.ONGOING,
                TransactionState.PREPARE_COMMIT,
                TransactionState.PREPARE_ABORT,
                TransactionState.PREPARE_EPOCH_FENCE,
            }
        ),
        TransactionState.PREPARE_COMMIT: frozenset({TransactionState.COMPLETE_COMMIT}),
        TransactionState.PREPARE_ABORT: frozenset({TransactionState.COMPLETE_ABORT}),
        TransactionState.COMPLETE_COMMIT: frozenset(
            {
                TransactionState.EMPTY,
                TransactionState.ONGOING,
                TransactionState.PREPARE_ABORT,
                TransactionState.DEAD,
            }
        ),
        TransactionState.COMPLETE_ABORT: frozenset(
            {
                TransactionState.EMPTY,
                TransactionState.ONGOING,
                TransactionState.PREPARE_ABORT,
                TransactionState.DEAD,
            }
        ),
        TransactionState.DEAD: frozenset(),
        TransactionState.PREPARE_EPOCH_FENCE: frozenset({TransactionState.PREPARE_ABORT}),
    }
)
"""From a state to those that may follow it. PrepareAbort after Empty or Complete: a client of
transactions v2 may abort what it has not begun, in order to raise its epoch (KIP-890)."""

INITIALISED_FROM = frozenset(
    state for state, following in TRANSITIONS.items() if TransactionState.EMPTY in following
)
"""The states in which InitProducerId gives out a new epoch; in all others it has to wait."""

EXPIRING = frozenset(
    state for state, following in TRANSITIONS.items() if TransactionState.DEAD in following
)
"""The states in which a transactional id that is not used for long is forgotten."""
