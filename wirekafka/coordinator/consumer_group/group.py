"""A consumer group: its members, what each shall have, and who owns which partition.

Everything here but `conversation` is in the log and changed by replay alone.

Three epochs, each at least the next: the group epoch rises when members, subscriptions or the
subscribed topics change; the assignment epoch is the group epoch for which the target assignment
was computed; a member's epoch is the assignment epoch that it has reached.

Invariants: `static_members` maps exactly the instance ids of `members`; `partition_epochs` has
exactly the partitions that members own (assigned or not yet given up), each with its owner's epoch,
and no partition has two owners; the counts are those of the members' subscriptions; `target` has
no entry for somebody who is not a member, but for moments between two records of one decision.

Source: Kafka's `ConsumerGroup`, `ModernGroup`; KIP-848.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from types import MappingProxyType

from wirekafka.coordinator.consumer_group.conversation import Conversation
from wirekafka.coordinator.consumer_group.member import ConsumerMember, EpochedPartitions

FIRST_EPOCH = 1
"""Of a group before its first member."""

Partitions = Mapping[bytes, frozenset[int]]
"""Topic id -> partitions. No set is empty."""

NO_TARGET: Partitions = MappingProxyType({})


class ConsumerGroupState(Enum):
    """The value is the name that describing and listing show."""

    EMPTY = "Empty"
    ASSIGNING = "Assigning"
    """The target assignment is older than the group's last change."""
    RECONCILING = "Reconciling"
    """Some member has not reached its target."""
    STABLE = "Stable"
    DEAD = "Dead"
    """Its tombstone is in the log."""


@dataclass(slots=True, frozen=True)
class ResolvedRegex:
    """The topics that a pattern matched, and when that was found out."""

    topics: frozenset[str]
    version: int
    """Of the metadata that it was found in."""
    timestamp_ms: int


class ConsumerGroup:
    """See the module docstring."""

    __slots__ = (
        "_name_counts",
        "_regex_counts",
        "assignment_epoch",
        "assignment_timestamp_ms",
        "conversation",
        "group_epoch",
        "group_id",
        "has_partition_metadata_record",
        "is_dead",
        "members",
        "metadata_hash",
        "partition_epochs",
        "resolved_regexes",
        "static_members",
        "target",
    )

    def __init__(self, group_id: str, conversation: Conversation | None = None) -> None:
        self.group_id = group_id
        self.group_epoch = FIRST_EPOCH
        self.metadata_hash = 0
        self.assignment_epoch = 0
        self.assignment_timestamp_ms = 0
        self.members: dict[str, ConsumerMember] = {}
        self.static_members: dict[str, str] = {}
        self.target: dict[str, Partitions] = {}
        self.partition_epochs: dict[bytes, dict[int, int]] = {}
        self.resolved_regexes: dict[str, ResolvedRegex] = {}
        # A record of a broker before 4.1, which the next change of the group removes.
        self.has_partition_metadata_record = False
        self.is_dead = False
        self.conversation = Conversation() if conversation is None else conversation
        self._name_counts: dict[str, int] = {}
        self._regex_counts: dict[str, int] = {}

    # -- questions ---------------------------------------------------------------------------

    @property
    def state(self) -> ConsumerGroupState:
        if self.is_dead:
            return ConsumerGroupState.DEAD
        if not self.members:
            return ConsumerGroupState.EMPTY
        if self.group_epoch > self.assignment_epoch:
            return ConsumerGroupState.ASSIGNING
        if all(m.is_reconciled_to(self.assignment_epoch) for m in self.members.values()):
            return ConsumerGroupState.STABLE
        return ConsumerGroupState.RECONCILING

    def static_member(self, instance_id: str | None) -> ConsumerMember | None:
        """The member with this instance id."""
        if instance_id is None:
            return None
        member_id = self.static_members.get(instance_id)
        return None if member_id is None else self.members[member_id]

    def partition_epoch(self, topic_id: bytes, partition: int) -> int:
        """The epoch of the member that owns it; -1: it is free."""
        return self.partition_epochs.get(topic_id, {}).get(partition, -1)

    def target_of(self, member_id: str) -> Partitions:
        return self.target.get(member_id, NO_TARGET)

    @property
    def subscribed_regexes(self) -> Mapping[str, int]:
        """Pattern -> how many members have it."""
        return self._regex_counts

    @property
    def topics_subscribed_by_name(self) -> frozenset[str]:
        """Of all members."""
        return frozenset(self._name_counts)

    def subscribed_names_with(
        self, updated: ConsumerMember | None, without: Iterable[str] = ()
    ) -> frozenset[str]:
        """What the group is subscribed to with `updated` in the place of what it knows of it, and
        without the members named; patterns that are not resolved yet count for nothing."""
        absent = {*without} if updated is None else {*without, updated.member_id}
        absent &= self.members.keys()
        names, patterns = dict(self._name_counts), dict(self._regex_counts)
        for member_id in absent:
            member = self.members[member_id]
            _count(names, member.subscribed_topic_names, -1)
            _count_regex(patterns, member, -1)
        if updated is not None:
            _count(names, updated.subscribed_topic_names, 1)
            _count_regex(patterns, updated, 1)
        found = set(names)
        for pattern in patterns:
            if pattern in self.resolved_regexes:
                found |= self.resolved_regexes[pattern].topics
        return frozenset(found)

    @property
    def subscribed_topic_names(self) -> frozenset[str]:
        """Of all members, by name and by pattern."""
        return self.subscribed_names_with(None)

    def is_subscribed_to(self, topic: str) -> bool:
        return topic in self._name_counts or any(
            regex in self.resolved_regexes and topic in self.resolved_regexes[regex].topics
            for regex in self._regex_counts
        )

    def topics_of(self, member: ConsumerMember) -> frozenset[str]:
        """Whatever the member is subscribed to, by name and by pattern."""
        resolved = self.resolved_regexes.get(member.subscribed_topic_regex)
        if resolved is None:
            return member.subscribed_topic_names
        return member.subscribed_topic_names | resolved.topics

    uses_consumer_protocol = True
    """What its members are subscribed to is known, as it is of a classic group of consumers."""

    @property
    def classic_member_count(self) -> int:
        """Members that speak the classic protocol."""
        return sum(member.uses_classic_protocol for member in self.members.values())

    def preferred_assignor(
        self, updated: ConsumerMember | None = None, replaced: str | None = None
    ) -> str | None:
        """The assignor that most members name; None if nobody names one. Of equals, the first in
        the order of the alphabet. `updated` counts in the place of what the group knows of it and
        of the member `replaced`."""
        votes: dict[str, int] = {}
        changed = {replaced, updated.member_id if updated else None}
        members = [m for m in self.members.values() if m.member_id not in changed]
        for member in [*members, updated] if updated else members:
            if member.server_assignor is not None:
                votes[member.server_assignor] = votes.get(member.server_assignor, 0) + 1
        return max(sorted(votes), key=votes.__getitem__, default=None)

    # -- changes, by replay only ---------------------------------------------------------------

    def put_member(self, member: ConsumerMember) -> None:
        """Take in a member, new or changed. A record changes what it said or what it has, so the
        other half need not be counted again."""
        old = self.members.get(member.member_id)
        self.members[member.member_id] = member
        if old is None or not _says_the_same(old, member):
            if old is not None:
                self._forget_saying(old)
            if member.instance_id is not None:
                self.static_members[member.instance_id] = member.member_id
            _count(self._name_counts, member.subscribed_topic_names, 1)
            _count_regex(self._regex_counts, member, 1)
        if old is None or not _has_the_same(old, member):
            if old is not None:
                self._forget_having(old)
            self._own(member.assigned, member.member_epoch)
            self._own(member.pending_revocation, member.member_epoch)

    def remove_member(self, member_id: str) -> None:
        member = self.members.pop(member_id, None)
        if member is not None:
            self._forget(member)
            self.conversation.forget(member_id)

    def member_or_new(self, member_id: str) -> ConsumerMember:
        """A new one is not in the group yet."""
        member = self.members.get(member_id)
        return ConsumerMember(member_id) if member is None else member

    def _forget(self, member: ConsumerMember) -> None:
        self._forget_saying(member)
        self._forget_having(member)

    def _forget_saying(self, member: ConsumerMember) -> None:
        instance_id = member.instance_id
        if instance_id is not None and self.static_members.get(instance_id) == member.member_id:
            del self.static_members[instance_id]
        _count(self._name_counts, member.subscribed_topic_names, -1)
        _count_regex(self._regex_counts, member, -1)

    def _forget_having(self, member: ConsumerMember) -> None:
        self._disown(member.assigned, member.member_epoch)
        self._disown(member.pending_revocation, member.member_epoch)

    def _own(self, partitions: EpochedPartitions, member_epoch: int) -> None:
        for topic_id, indexes in partitions.items():
            self.partition_epochs.setdefault(topic_id, {}).update(
                dict.fromkeys(indexes, member_epoch)
            )

    def _disown(self, partitions: EpochedPartitions, member_epoch: int) -> None:
        """Only what this member owns in this epoch: while a log is read, compaction may have
        taken away the record with which it gave up a partition that another owns by now."""
        for topic_id, indexes in partitions.items():
            owned = self.partition_epochs.get(topic_id)
            if owned is None:
                continue
            for index in indexes:
                if owned.get(index) == member_epoch:
                    del owned[index]
            if not owned:
                del self.partition_epochs[topic_id]


def _says_the_same(one: ConsumerMember, other: ConsumerMember) -> bool:
    return (
        one.subscribed_topic_names == other.subscribed_topic_names
        and one.subscribed_topic_regex == other.subscribed_topic_regex
        and one.instance_id is None
        and other.instance_id is None
    )


def _has_the_same(one: ConsumerMember, other: ConsumerMember) -> bool:
    return (
        one.assigned is other.assigned
        and one.pending_revocation is other.pending_revocation
        and one.member_epoch == other.member_epoch
    )


def _count_regex(counts: dict[str, int], member: ConsumerMember, step: int) -> None:
    if member.subscribed_topic_regex:
        _count(counts, (member.subscribed_topic_regex,), step)


def _count(counts: dict[str, int], names: Iterable[str], step: int) -> None:
    for name in names:
        counts[name] = counts.get(name, 0) + step
        if counts[name] == 0:
            del counts[name]
