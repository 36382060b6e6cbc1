"""Sessions: a member that is not heard of in time is dropped.

A heartbeat is the most frequent request of all, so it only moves the member's deadline; the timer
that was set earlier finds the later deadline when it fires, and is set again.

Source: `GroupMetadataManager.rescheduleClassicGroupMemberHeartbeat`.
"""

from __future__ import annotations

from wirekafka.coordinator.group.group import ClassicGroup
from wirekafka.coordinator.group.member import ClassicMember
from wirekafka.coordinator.group.turn import SessionKey, Turn
from wirekafka.coordinator.machine import Timer


def keep_alive(group: ClassicGroup, member: ClassicMember, turn: Turn) -> None:
    """The member was heard of: its session starts again."""
    keep_alive_for(group, member, turn, member.session_timeout_ms)


def keep_alive_for(group: ClassicGroup, member: ClassicMember, turn: Turn, timeout_ms: int) -> None:
    deadline_ms = turn.now_ms + timeout_ms
    member.deadline_ms = deadline_ms
    if member.timer_ms is None or deadline_ms < member.timer_ms:
        set_timer(group, member, turn)


def set_timer(group: ClassicGroup, member: ClassicMember, turn: Turn) -> None:
    """Have the timer fire at the deadline."""
    member.timer_ms = member.deadline_ms
    key = SessionKey(group.group_id, member.member_id)
    turn.decision.timers.append(Timer(key, member.deadline_ms))


def prolong(group: ClassicGroup, member: ClassicMember, turn: Turn, fired_ms: int) -> None:
    """The timer for `fired_ms` found a later deadline: set it for the rest.

    If the clock was set meanwhile, the rest is wrong by that when it is counted from the one or
    from the other time. So a session may last longer then, by its timeout at most, never shorter.
    """
    longest_ms = max(member.session_timeout_ms, turn.config.new_member_join_timeout_ms)
    rests_ms = (member.deadline_ms - fired_ms, member.deadline_ms - turn.now_ms)
    rest_ms = max((ms for ms in rests_ms if 0 < ms <= longest_ms), default=longest_ms)
    member.deadline_ms = turn.now_ms + rest_ms
    set_timer(group, member, turn)


def end_session(group: ClassicGroup, member_id: str, turn: Turn) -> None:
    turn.cancel(SessionKey(group.group_id, member_id))
