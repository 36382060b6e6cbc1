"""A settled member of a classic group, whose next heartbeat will be answered like its last.

Heartbeats are the only requests of a group at rest, and the broker of a thousand such groups does
nothing else. What decides about one is spread over a dozen objects that nothing has touched for
seconds, so a heartbeat costs ten times what it costs in a loop. Here is all that the answer rests
on, in one place: as long as it is as it was, only the session is prolonged.

`beats` must say False whenever `GroupCoordinatorShard.heartbeat` would do anything else than it did
last time; then that decides.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from wirekafka_protocol.messages.heartbeat import HeartbeatRequest

from wirekafka.coordinator.group.group import ClassicGroup
from wirekafka.coordinator.group.states import GroupState
from wirekafka.coordinator.machine import Standing

if TYPE_CHECKING:
    from wirekafka.coordinator.group.shard import GroupCoordinatorShard

_STABLE = GroupState.STABLE


class SettledClassicMember:
    """See the module docstring. `groups` is the shard's."""

    __slots__ = (
        "_generation_id",
        "_group",
        "_groups",
        "_member",
        "_members",
        "_now_ms",
        "_standing",
    )

    def __init__(
        self,
        standing: Standing,
        now_ms: Callable[[], int],
        groups: dict[str, Any],
        group: ClassicGroup,
        member_id: str,
    ) -> None:
        self._standing = standing
        self._now_ms = now_ms
        self._groups = groups
        self._group = group
        self._generation_id = group.generation_id
        self._members = group.members
        self._member = group.members[member_id]

    def beats(self) -> bool:
        """Prolong the session; False, and nothing has happened, if the heartbeat must be decided
        anew."""
        standing, group, member = self._standing, self._group, self._member
        if (
            group.state is not _STABLE
            or group.generation_id != self._generation_id
            or not standing.is_active
            or standing.uncommitted_end is not None
            or self._members.get(member.member_id) is not member
            or self._groups.get(group.group_id) is not group
        ):
            return False
        deadline_ms = self._now_ms() + member.session_timeout_ms
        timer_ms = member.timer_ms
        if timer_ms is None or deadline_ms < timer_ms:
            return False
        member.deadline_ms = deadline_ms
        return True


def settled_member(
    shard: GroupCoordinatorShard,
    standing: Standing,
    now_ms: Callable[[], int],
    request: HeartbeatRequest,
) -> SettledClassicMember | None:
    """The member whose heartbeat was just answered without an error; None if the next one might be
    answered otherwise although nothing changes."""
    group = shard.groups.get(request.group_id)
    if (
        not isinstance(group, ClassicGroup)
        or group.state is not _STABLE
        or group.generation_id != request.generation_id
        or group.member_error(request.member_id, request.group_instance_id)
    ):
        return None
    return SettledClassicMember(standing, now_ms, shard.groups, group, request.member_id)
