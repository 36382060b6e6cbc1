"""Sessions and rebalance timeouts: a member that is not heard of, or that does not give up what it
was asked to, is fenced.

A heartbeat is the most frequent request of all, so it only moves the deadline of the member's
session; the timer that was set earlier finds the later deadline when it fires, and is set again.

Source: `GroupMetadataManager.scheduleConsumerGroupSessionTimeout`,
`scheduleConsumerGroupRebalanceTimeout`.
"""

from __future__ import annotations

from dataclasses import dataclass

from wirekafka.coordinator.consumer_group.conversation import Session
from wirekafka.coordinator.consumer_group.group import ConsumerGroup
from wirekafka.coordinator.consumer_group.member import ConsumerMember, MemberState
from wirekafka.coordinator.group.turn import SessionKey, Turn
from wirekafka.coordinator.machine import Timer


@dataclass(slots=True, frozen=True)
class RevocationKey:
    """The member is expected to have given up partitions (its rebalance timeout)."""

    group_id: str
    member_id: str


@dataclass(slots=True, frozen=True)
class ClassicJoinKey:
    """The classic member is expected to have joined again."""

    group_id: str
    member_id: str


@dataclass(slots=True, frozen=True)
class ClassicSyncKey:
    """The classic member is expected to have sent SyncGroup."""

    group_id: str
    member_id: str


def keep_alive(group: ConsumerGroup, member_id: str, turn: Turn, timeout_ms: int) -> None:
    """The member was heard of: its session starts again."""
    deadline_ms = turn.now_ms + timeout_ms
    session = group.conversation.sessions.get(member_id)
    if session is not None and session.timer_ms <= deadline_ms:
        session.deadline_ms = deadline_ms
        return
    group.conversation.sessions[member_id] = Session(deadline_ms, deadline_ms)
    key = SessionKey(group.group_id, member_id)
    turn.decision.timers.append(Timer(key, deadline_ms))


def is_session_over(group: ConsumerGroup, member_id: str, turn: Turn, timeout_ms: int) -> bool:
    """The timer fired: has the member been silent? If not, the timer is set for the rest.

    Not compared with the time, for the clock may have been set since. What is left of the session
    is counted from the timer's time; if the clock was set, it is wrong by that, and never longer
    than a whole session.
    """
    session = group.conversation.sessions.get(member_id)
    if session is None:
        return False
    if session.deadline_ms <= session.timer_ms:
        return True
    rests_ms = (session.deadline_ms - session.timer_ms, session.deadline_ms - turn.now_ms)
    rest_ms = max((ms for ms in rests_ms if 0 < ms <= timeout_ms), default=timeout_ms)
    deadline_ms = turn.now_ms + rest_ms
    group.conversation.sessions[member_id] = Session(deadline_ms, deadline_ms)
    key = SessionKey(group.group_id, member_id)
    turn.decision.timers.append(Timer(key, deadline_ms))
    return False


def watch_revocation(group: ConsumerGroup, member: ConsumerMember, turn: Turn) -> None:
    """The member has just got into this state: its rebalance timeout runs, or does not."""
    key = RevocationKey(group.group_id, member.member_id)
    if member.state is MemberState.UNREVOKED_PARTITIONS:
        group.conversation.revoking[member.member_id] = member.member_epoch
        turn.wake_in(key, member.rebalance_timeout_ms)
    elif group.conversation.revoking.pop(member.member_id, None) is not None:
        turn.cancel(key)


def is_revocation_overdue(group: ConsumerGroup, member_id: str) -> bool:
    """The timer fired: is the member still in the epoch in which it was asked?"""
    asked_epoch = group.conversation.revoking.pop(member_id, None)
    member = group.members.get(member_id)
    return member is not None and member.member_epoch == asked_epoch


def forget_timers(group: ConsumerGroup, member_id: str, turn: Turn) -> None:
    """The member goes."""
    turn.cancel(SessionKey(group.group_id, member_id))
    turn.cancel(RevocationKey(group.group_id, member_id))
    turn.cancel(ClassicJoinKey(group.group_id, member_id))
    turn.cancel(ClassicSyncKey(group.group_id, member_id))
