"""One turn of the group coordinator: the time, the configuration, and the decision so far.

Every function that decides something takes the turn as an argument and adds to its decision; the
shard returns the decision when the request or the timer is dealt with.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Any

from wirekafka.coordinator.group.config import GroupConfig
from wirekafka.coordinator.machine import CoordinatorRecord, Decision, Reply, Ticket, Timer


@dataclass(slots=True, frozen=True)
class SessionKey:
    """The member is expected to have been heard of."""

    group_id: str
    member_id: str


@dataclass(slots=True, frozen=True)
class JoinKey:
    """The group stops waiting for members to join."""

    group_id: str


@dataclass(slots=True, frozen=True)
class SyncKey:
    """The group stops waiting for members to send SyncGroup."""

    group_id: str


@dataclass(slots=True, frozen=True)
class ExpiryKey:
    """Offsets and groups past their retention are dropped."""


TimerKey = SessionKey | JoinKey | SyncKey | ExpiryKey


class Turn:
    """See the module docstring."""

    __slots__ = ("config", "decision", "now_ms")

    def __init__(self, config: GroupConfig, now_ms: int) -> None:
        self.config = config
        self.now_ms = now_ms
        self.decision = Decision()

    def reply(self, ticket: Ticket, response: Any) -> None:
        self.decision.replies.append(Reply(ticket, response))

    def write(self, record: CoordinatorRecord) -> None:
        self.decision.records.append(record)

    def wake_in(self, key: Hashable, delay_ms: int) -> None:
        self.decision.timers.append(Timer(key, self.now_ms + delay_ms))

    def cancel(self, key: Hashable) -> None:
        self.decision.timers.append(Timer(key, None))
