"""The states of a classic group, the moves between them, and what each state answers.

Source: Kafka's `ClassicGroupState`; behaviour.md, section E.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from types import MappingProxyType

from wirekafka_protocol.errors import ErrorCode


class GroupState(Enum):
    """The value is the name that DescribeGroups and ListGroups show."""

    EMPTY = "Empty"
    """No members. It may still hold offsets."""
    PREPARING_REBALANCE = "PreparingRebalance"
    """Waiting for every member to join again."""
    COMPLETING_REBALANCE = "CompletingRebalance"
    """The generation is formed; the leader has not sent the assignment yet."""
    STABLE = "Stable"
    DEAD = "Dead"
    """Its tombstone is in the log."""


TRANSITIONS: Mapping[GroupState, frozenset[GroupState]] = MappingProxyType(
    {
        GroupState.EMPTY: frozenset({GroupState.PREPARING_REBALANCE, GroupState.DEAD}),
        GroupState.PREPARING_REBALANCE: frozenset(
            {GroupState.COMPLETING_REBALANCE, GroupState.EMPTY, GroupState.DEAD}
        ),
        GroupState.COMPLETING_REBALANCE: frozenset(
            {GroupState.STABLE, GroupState.PREPARING_REBALANCE, GroupState.DEAD}
        ),
        GroupState.STABLE: frozenset({GroupState.PREPARING_REBALANCE, GroupState.DEAD}),
        GroupState.DEAD: frozenset({GroupState.DEAD}),
    }
)
"""From a state to those that may follow it."""

REBALANCING_FROM = frozenset(
    state for state, following in TRANSITIONS.items() if GroupState.PREPARING_REBALANCE in following
)
"""The states in which a change of members starts a rebalance."""

HEARTBEAT_ANSWER: Mapping[GroupState, ErrorCode] = MappingProxyType(
    {
        GroupState.EMPTY: ErrorCode.UNKNOWN_MEMBER_ID,
        GroupState.PREPARING_REBALANCE: ErrorCode.REBALANCE_IN_PROGRESS,
        # Not 27: consumers begin to heartbeat between their JoinGroup and the leader's SyncGroup.
        GroupState.COMPLETING_REBALANCE: ErrorCode.NONE,
        GroupState.STABLE: ErrorCode.NONE,
        GroupState.DEAD: ErrorCode.COORDINATOR_NOT_AVAILABLE,
    }
)
"""What a valid member of the current generation hears."""

SYNC_ANSWER: Mapping[GroupState, ErrorCode] = MappingProxyType(
    {
        GroupState.EMPTY: ErrorCode.UNKNOWN_MEMBER_ID,
        GroupState.PREPARING_REBALANCE: ErrorCode.REBALANCE_IN_PROGRESS,
        GroupState.COMPLETING_REBALANCE: ErrorCode.NONE,
        GroupState.STABLE: ErrorCode.NONE,
        GroupState.DEAD: ErrorCode.COORDINATOR_NOT_AVAILABLE,
    }
)
"""NONE: parked until the leader's assignment in CompletingRebalance, answered at once in Stable."""

DELETE_ANSWER: Mapping[GroupState, ErrorCode] = MappingProxyType(
    {
        GroupState.EMPTY: ErrorCode.NONE,
        GroupState.PREPARING_REBALANCE: ErrorCode.NON_EMPTY_GROUP,
        GroupState.COMPLETING_REBALANCE: ErrorCode.NON_EMPTY_GROUP,
        GroupState.STABLE: ErrorCode.NON_EMPTY_GROUP,
        GroupState.DEAD: ErrorCode.GROUP_ID_NOT_FOUND,
    }
)
"""May the group be deleted?"""
