"""A settled member of a consumer group, whose next heartbeat will be answered like its last.

As group/settled.py, where the reasons are. A `ConsumerMember` is never changed, only replaced, so
that it is the same one says all of it: its epoch, what it has, what it is subscribed to.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from wirekafka.coordinator.consumer_group.group import ConsumerGroup
from wirekafka.coordinator.machine import Standing

if TYPE_CHECKING:
    from wirekafka.coordinator.consumer_group.groups import ConsumerGroups


class SettledConsumerMember:
    """See the module docstring. `groups` is the shard's. The interval in the answer follows from
    the config, from how many members the partition has, and from whether the group changed lately.
    """

    __slots__ = (
        "_changes_seen",
        "_consumers",
        "_conversation",
        "_epoch",
        "_group",
        "_groups",
        "_member",
        "_member_count",
        "_members",
        "_now_ms",
        "_regexes",
        "_sessions",
        "_standing",
        "_timeout_ms",
    )

    def __init__(
        self,
        standing: Standing,
        now_ms: Callable[[], int],
        consumers: ConsumerGroups,
        groups: dict[str, Any],
        group: ConsumerGroup,
        member_id: str,
    ) -> None:
        self._standing = standing
        self._now_ms = now_ms
        self._consumers = consumers
        self._changes_seen = consumers.changes_seen
        self._member_count = consumers.member_count
        self._groups = groups
        self._group = group
        self._epoch = group.group_epoch
        self._members = group.members
        self._member = group.members[member_id]
        self._regexes = group.subscribed_regexes
        self._conversation = group.conversation
        self._sessions = group.conversation.sessions
        self._timeout_ms = consumers.scene(group.group_id).config.session_timeout_ms

    def beats(self) -> bool:
        """Prolong the session; False, and nothing has happened, if the heartbeat must be decided
        anew."""
        standing, consumers, group = self._standing, self._consumers, self._group
        conversation = self._conversation
        epoch = self._epoch
        member_id = self._member.member_id
        if (
            group.group_epoch != epoch
            or group.assignment_epoch != epoch
            or not standing.is_active
            or standing.uncommitted_end is not None
            or consumers.changes_seen != self._changes_seen
            or consumers.member_count != self._member_count
            or conversation.is_metadata_stale
            or self._regexes
            or self._members.get(member_id) is not self._member
            or self._groups.get(group.group_id) is not group
        ):
            return False
        now_ms = self._now_ms()
        deadline_ms = now_ms + self._timeout_ms
        session = self._sessions.get(member_id)
        if (
            session is None
            or session.timer_ms > deadline_ms
            or now_ms < conversation.settling_until_ms
        ):
            return False
        session.deadline_ms = deadline_ms
        return True
