"""What a classic member of a consumer group has to do in time, besides its heartbeats: join again
when it was told to, and sync when it has joined. It has its rebalance timeout for each; a member
that misses it is fenced.

Source: `GroupMetadataManager.scheduleConsumerGroupJoinTimeoutIfAbsent`,
`scheduleConsumerGroupSyncTimeout`.
"""

from __future__ import annotations

from wirekafka.coordinator.consumer_group.group import ConsumerGroup
from wirekafka.coordinator.consumer_group.member import ConsumerMember
from wirekafka.coordinator.consumer_group.sessions import (
    ClassicJoinKey,
    ClassicSyncKey,
    keep_alive,
)
from wirekafka.coordinator.group.turn import Turn


def session_timeout_ms_of(member: ConsumerMember, default_ms: int) -> int:
    """A classic member says itself how long it may be silent."""
    metadata = member.classic_metadata
    return default_ms if metadata is None else metadata.session_timeout_ms


def heard_of(group: ConsumerGroup, member: ConsumerMember, turn: Turn) -> None:
    """Its session starts again."""
    keep_alive(group, member.member_id, turn, session_timeout_ms_of(member, 0))


def await_join(group: ConsumerGroup, member: ConsumerMember, turn: Turn) -> None:
    """The member was told to join again; telling it once more gives it no more time."""
    awaited = group.conversation.awaited_joins
    if member.member_id not in awaited:
        awaited.add(member.member_id)
        key = ClassicJoinKey(group.group_id, member.member_id)
        turn.wake_in(key, member.rebalance_timeout_ms)


def joined_in_time(group: ConsumerGroup, member: ConsumerMember, turn: Turn) -> None:
    """The member has joined; now it has to sync."""
    heard_of(group, member, turn)
    member_id = member.member_id
    if member_id in group.conversation.awaited_joins:
        group.conversation.awaited_joins.discard(member_id)
        turn.cancel(ClassicJoinKey(group.group_id, member_id))
    group.conversation.awaited_syncs.add(member_id)
    turn.wake_in(ClassicSyncKey(group.group_id, member_id), member.rebalance_timeout_ms)


def synced_in_time(group: ConsumerGroup, member: ConsumerMember, turn: Turn) -> None:
    heard_of(group, member, turn)
    member_id = member.member_id
    if member_id in group.conversation.awaited_syncs:
        group.conversation.awaited_syncs.discard(member_id)
        turn.cancel(ClassicSyncKey(group.group_id, member_id))


def is_join_overdue(group: ConsumerGroup, member_id: str) -> bool:
    """The timer fired."""
    return _is_overdue(group, group.conversation.awaited_joins, member_id)


def is_sync_overdue(group: ConsumerGroup, member_id: str) -> bool:
    """The timer fired."""
    return _is_overdue(group, group.conversation.awaited_syncs, member_id)


def _is_overdue(group: ConsumerGroup, awaited: set[str], member_id: str) -> bool:
    if member_id not in awaited:
        return False
    awaited.discard(member_id)
    member = group.members.get(member_id)
    return member is not None and member.uses_classic_protocol
