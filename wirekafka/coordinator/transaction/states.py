"""The states of a transactional id and the moves between them.

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
    """The id has expired; its tombstone is on its way. Never written: the tombstone is."""
    PREPARE_EPOCH_FENCE = 7
    """An open transaction is about to be aborted because its producer was initialised again. Never
    written: Kafka is in it for as long as it takes to decide PrepareAbort, which we do at once."""


STATE_NAMES: Mapping[TransactionState, str] = MappingProxyType(
    {
        TransactionState.EMPTY: "Empty",
        TransactionState.ONGOING: "Ongoing",
        TransactionState.PREPARE_COMMIT: "PrepareCommit",
        TransactionState.PREPARE_ABORT: "PrepareAbort",
        TransactionState.COMPLETE_COMMIT: "CompleteCommit",
        TransactionState.COMPLETE_ABORT: "CompleteAbort",
        TransactionState.DEAD: "Dead",
        TransactionState.PREPARE_EPOCH_FENCE: "PrepareEpochFence",
    }
)
"""As clients read and write them."""

_AT_REST_MOVES = frozenset(
    {
        TransactionState.EMPTY,
        TransactionState.ONGOING,
        TransactionState.PREPARE_ABORT,
        TransactionState.DEAD,
    }
)

TRANSITIONS: Mapping[TransactionState, frozenset[TransactionState]] = MappingProxyType(
    {
        TransactionState.EMPTY: _AT_REST_MOVES,
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
        TransactionState.COMPLETE_COMMIT: _AT_REST_MOVES,
        TransactionState.COMPLETE_ABORT: _AT_REST_MOVES,
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

OPEN = frozenset({TransactionState.ONGOING, TransactionState.PREPARE_EPOCH_FENCE})
"""There is a transaction, and nothing says yet how it ends."""

PREPARED = frozenset({TransactionState.PREPARE_COMMIT, TransactionState.PREPARE_ABORT})
"""The end of a transaction is decided, and nothing else happens before it is over."""
