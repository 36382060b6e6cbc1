"""How a member gets from what it has to what it shall have, one heartbeat at a time.

Data: the member, its target with the epoch of it, what it says that it owns, and who owns what in
the group. The result is the next member; nothing is changed.

| state | condition | next |
|---|---|---|
| STABLE | in the target's epoch | stays, but gives up what it is no longer subscribed to |
| STABLE | in an older epoch | towards the target |
| UNREVOKED | still owns what it shall give up, or does not say | stays, its timeout runs |
| UNREVOKED | has given it up | towards the target |
| UNRELEASED | | towards the target |
| UNKNOWN | says that it owns nothing | towards the target |
| UNKNOWN | otherwise | FENCED_MEMBER_EPOCH |

Towards the target: first give up what is not in it (UNREVOKED, in the old epoch); then take the
target's epoch and whatever of the target is free: STABLE if that is all, UNRELEASED while others
still own some of it. So a partition is given to a member only when nobody owns it.

Source: Kafka's `CurrentAssignmentBuilder`; KIP-848, section "Reconciliation".
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from wirekafka_protocol.errors import ApiError, ErrorCode
from wirekafka_protocol.messages.consumer_group_heartbeat import TopicPartitions

from wirekafka.coordinator.consumer_group.group import ConsumerGroup, Partitions
from wirekafka.coordinator.consumer_group.member import (
    NO_PARTITIONS,
    ConsumerMember,
    EpochedPartitions,
    MemberState,
)

_NOTHING: Mapping[int, int] = {}
_NONE: frozenset[int] = frozenset()


@dataclass(slots=True, frozen=True)
class Goal:
    """What the member shall have: the target, its epoch, and the ids of the topics that the member
    is subscribed to by now (its target may be older)."""

    epoch: int
    partitions: Partitions
    subscribed_topic_ids: Collection[bytes]


def reconciled(
    group: ConsumerGroup,
    member: ConsumerMember,
    goal: Goal,
    owned: Sequence[TopicPartitions] | None,
    *,
    has_subscription_changed: bool,
) -> ConsumerMember:
    """The next member, or the same one if nothing is to be done. `owned` is what the member says
    that it owns; None if it does not say.

    Raises ApiError (FENCED_MEMBER_EPOCH) for a member whose state nobody knows.
    """
    match member.state:
        case MemberState.STABLE:
            if member.member_epoch != goal.epoch:
                return _towards(group, member, goal, owned, member.member_epoch)
            if has_subscription_changed:
                return _without_unsubscribed(member, goal, owned)
            return member
        case MemberState.UNREVOKED_PARTITIONS:
            if not _owns_any(owned, member.pending_revocation):
                return _towards(group, member, goal, owned, member.member_epoch)
            if has_subscription_changed:
                return _without_unsubscribed(member, goal, owned)
            return member
        case MemberState.UNRELEASED_PARTITIONS:
            return _towards(group, member, goal, owned, member.member_epoch)
        case MemberState.UNKNOWN:
            if owned is None or owned:
                raise ApiError(
                    ErrorCode.FENCED_MEMBER_EPOCH,
                    f"the state of member {member.member_id} is unknown: it has to give up all its"
                    " partitions and join again",
                )
            return _towards(group, member, goal, owned, goal.epoch)


def _towards(
    group: ConsumerGroup,
    member: ConsumerMember,
    goal: Goal,
    owned: Sequence[TopicPartitions] | None,
    member_epoch: int,
) -> ConsumerMember:
    kept: dict[bytes, dict[int, int]] = {}
    revoked: dict[bytes, dict[int, int]] = {}
    given: dict[bytes, dict[int, int]] = {}
    is_waiting = False
    for topic_id in {**goal.partitions, **member.assigned}:
        is_subscribed = topic_id in goal.subscribed_topic_ids
        target = goal.partitions.get(topic_id, _NONE) if is_subscribed else _NONE
        current = member.assigned.get(topic_id, _NOTHING)
        pending = member.pending_revocation.get(topic_id, _NOTHING)
        in_use = group.partition_epochs.get(topic_id, _NOTHING)
        keeping = {index: epoch for index, epoch in current.items() if index in target}
        dropping = {index: epoch for index, epoch in current.items() if index not in target}
        missing = target - keeping.keys()
        # What the member itself has just given up is not somebody else's yet.
        free = {index for index in missing if index not in in_use or index in pending}
        is_waiting = is_waiting or len(free) < len(missing)
        if keeping:
            kept[topic_id] = keeping
        if dropping:
            revoked[topic_id] = dropping
        if free:
            given[topic_id] = dict.fromkeys(free, goal.epoch)
    if revoked and _owns_any(owned, revoked):
        return replace(
            member,
            state=MemberState.UNREVOKED_PARTITIONS,
            member_epoch=member_epoch,
            previous_member_epoch=member.member_epoch,
            assigned=kept,
            pending_revocation=revoked,
        )
    for topic_id, indexes in given.items():
        kept.setdefault(topic_id, {}).update(indexes)
    return replace(
        member,
        state=MemberState.UNRELEASED_PARTITIONS if is_waiting else MemberState.STABLE,
        member_epoch=goal.epoch,
        previous_member_epoch=member.member_epoch,
        assigned=kept,
        pending_revocation=NO_PARTITIONS,
    )


def _without_unsubscribed(
    member: ConsumerMember, goal: Goal, owned: Sequence[TopicPartitions] | None
) -> ConsumerMember:
    """The member's subscription changed before its target did: what it does not want any more it
    gives up at once."""
    dropped = {
        topic_id: epochs
        for topic_id, epochs in member.assigned.items()
        if topic_id not in goal.subscribed_topic_ids
    }
    if not dropped:
        return member
    kept = {t: epochs for t, epochs in member.assigned.items() if t not in dropped}
    pending = {t: dict(epochs) for t, epochs in member.pending_revocation.items()}
    for topic_id, epochs in dropped.items():
        pending.setdefault(topic_id, {}).update(epochs)
    if _owns_any(owned, pending):
        return replace(
            member,
            state=MemberState.UNREVOKED_PARTITIONS,
            previous_member_epoch=member.member_epoch,
            assigned=kept,
            pending_revocation=pending,
        )
    return replace(member, previous_member_epoch=member.member_epoch, assigned=kept)


def _owns_any(owned: Sequence[TopicPartitions] | None, partitions: EpochedPartitions) -> bool:
    """A member that does not say what it owns has given up nothing."""
    if owned is None:
        return True
    return any(
        index in partitions.get(row.topic_id, _NOTHING) for row in owned for index in row.partitions
    )
