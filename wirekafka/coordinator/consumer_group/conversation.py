"""What a consumer group knows that is not in its log: when its members will be missed.

A restart forgets it: when the log was read every member is given a whole session again. A machine
may change it while it decides.

Source: Kafka keeps these as timers and as `ModernGroup.metadataRefreshDeadline`.
"""

from __future__ import annotations

from dataclasses import dataclass

from wirekafka.coordinator.consumer_group.interval import SETTLING_MS


@dataclass(slots=True)
class Session:
    """`deadline_ms` is when the member's session ends; `timer_ms` is when the timer that was set
    for it fires. A heartbeat only moves the deadline: the timer finds the later one when it fires.
    """

    deadline_ms: int
    timer_ms: int


class Conversation:
    """See the module docstring."""

    __slots__ = (
        "awaited_joins",
        "awaited_syncs",
        "is_metadata_stale",
        "revoking",
        "sessions",
        "settling_until_ms",
    )

    def __init__(self) -> None:
        self.sessions: dict[str, Session] = {}
        # Members that have to give up partitions, with the epoch in which they were asked to.
        self.revoking: dict[str, int] = {}
        # Classic members that were told to join again, and those that have and shall sync now.
        self.awaited_joins: set[str] = set()
        self.awaited_syncs: set[str] = set()
        # The subscribed topics may have changed: the next heartbeat looks.
        self.is_metadata_stale = True
        # Until then members are asked to come back soon (see interval.py).
        self.settling_until_ms = 0

    def note_change(self, now_ms: int) -> None:
        """The group changes: others may follow."""
        self.settling_until_ms = now_ms + SETTLING_MS

    def forget(self, member_id: str) -> None:
        self.sessions.pop(member_id, None)
        self.revoking.pop(member_id, None)
        self.awaited_joins.discard(member_id)
        self.awaited_syncs.discard(member_id)
