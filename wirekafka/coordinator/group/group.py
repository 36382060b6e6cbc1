"""A classic group: its members, its generation, and the requests that wait for it.

Two kinds of state live here. What a formed generation consists of (generation, protocol, leader,
members and their assignments) is in the log as a GroupMetadata record. The conversation that leads
to the next generation is not: who has joined so far, who still has to sync, parked tickets,
deadlines. A restart forgets the conversation and the clients begin it anew.

Invariants: `members` of a group that is not empty have one protocol type and share at least one
protocol; `leader_id` is None or a member; `parked_joins` and `parked_syncs` have only members as
keys; `static_members` maps exactly the instance ids of `members`.

Source: Kafka's `ClassicGroup`.
"""

from __future__ import annotations

from dataclasses import dataclass

from wirekafka_protocol.errors import ErrorCode
from wirekafka_protocol.messages.group_metadata import GroupMetadataValue
from wirekafka_protocol.messages.join_group import (
    JoinGroupRequestProtocol,
    JoinGroupResponseMember,
)

from wirekafka.coordinator.group.member import ClassicMember, member_from_record
from wirekafka.coordinator.group.states import TRANSITIONS, GroupState
from wirekafka.coordinator.group.subscription import subscribed_topics
from wirekafka.coordinator.java_hash import java_map_order
from wirekafka.coordinator.machine import Ticket

CONSUMER_PROTOCOL_TYPE = "consumer"
"""The protocol type whose metadata Kafka itself can read, to know the subscribed topics."""


@dataclass(slots=True, frozen=True)
class Parked:
    """A JoinGroup or SyncGroup that waits, and the version in which to answer it."""

    ticket: Ticket
    api_version: int


class ClassicGroup:
    """See the module docstring."""

    __slots__ = (
        "generation_id",
        "group_id",
        "initial_remaining_ms",
        "leader_id",
        "members",
        "new_member_added",
        "parked_joins",
        "parked_syncs",
        "pending_joins",
        "pending_syncs",
        "previous_state",
        "protocol_counts",
        "protocol_name",
        "protocol_type",
        "state",
        "state_timestamp_ms",
        "static_members",
        "subscribed_topics",
    )

    def __init__(self, group_id: str, state_timestamp_ms: int = -1) -> None:
        self.group_id = group_id
        self.state = GroupState.EMPTY
        self.previous_state = GroupState.DEAD
        self.state_timestamp_ms = state_timestamp_ms  # -1: not known
        self.generation_id = 0
        self.protocol_type: str | None = None
        self.protocol_name: str | None = None
        self.leader_id: str | None = None
        self.members: dict[str, ClassicMember] = {}
        self.static_members: dict[str, str] = {}
        self.protocol_counts: dict[str, int] = {}
        # None: cannot be told, because it is no consumer group or its metadata is unreadable.
        self.subscribed_topics: frozenset[str] | None = None
        self.parked_joins: dict[str, Parked] = {}
        self.parked_syncs: dict[str, Parked] = {}
        # Ids handed out with MEMBER_ID_REQUIRED that have not come back yet.
        self.pending_joins: set[str] = set()
        # Members of this generation that have not sent SyncGroup yet.
        self.pending_syncs: set[str] = set()
        # Both for the initial rebalance only: may its delay be extended, and by how much.
        self.new_member_added = False
        self.initial_remaining_ms: int | None = None

    # -- questions ---------------------------------------------------------------------------

    @property
    def rebalance_timeout_ms(self) -> int:
        """The group waits as long as its most patient member allows."""
        return max((m.rebalance_timeout_ms for m in self.members.values()), default=0)

    @property
    def has_all_members_joined(self) -> bool:
        return len(self.parked_joins) == len(self.members) and not self.pending_joins

    @property
    def uses_consumer_protocol(self) -> bool:
        return self.protocol_type == CONSUMER_PROTOCOL_TYPE

    def is_subscribed_to(self, topic: str) -> bool:
        """When the subscriptions of a consumer group are unreadable, every topic might be one."""
        if self.subscribed_topics is None:
            return self.uses_consumer_protocol
        return topic in self.subscribed_topics

    def supports(self, protocol_type: str, protocols: list[JoinGroupRequestProtocol]) -> bool:
        """Could a member with these protocols share a generation with those already here?"""
        if self.state is GroupState.EMPTY:
            return protocol_type != "" and protocols != []
        return protocol_type == self.protocol_type and any(
            self.protocol_counts.get(protocol.name, 0) == len(self.members)
            for protocol in protocols
        )

    def member_error(self, member_id: str, group_instance_id: str | None) -> ErrorCode:
        """NONE if this is a member; FENCED_INSTANCE_ID if a newer one took its instance id."""
        if group_instance_id is not None:
            owner = self.static_members.get(group_instance_id)
            if owner is None:
                return ErrorCode.UNKNOWN_MEMBER_ID
            if owner != member_id:
                return ErrorCode.FENCED_INSTANCE_ID
        return ErrorCode.NONE if member_id in self.members else ErrorCode.UNKNOWN_MEMBER_ID

    def accepts(self, member_id: str, max_size: int) -> bool:
        """Is there room for this member, who may be one already?"""
        if self.state is GroupState.PREPARING_REBALANCE:
            # Counting those who wait, not the members, lets the last ones to come be turned away
            # when the limit was lowered.
            return member_id in self.parked_joins or len(self.parked_joins) < max_size
        if self.state in (GroupState.COMPLETING_REBALANCE, GroupState.STABLE):
            return member_id in self.members or len(self.members) < max_size
        return True

    def selected_protocol(self) -> str:
        """Each member votes for the best of those that all support.

        Of equals Kafka takes whichever its hash map shows first, and so do we.
        """
        size = len(self.members)
        candidates = {name for name, count in self.protocol_counts.items() if count == size}
        votes: dict[str, int] = {}
        for member in self.members.values():
            name = member.vote(candidates)
            votes[name] = votes.get(name, 0) + 1
        return max(sorted(votes, key=java_map_order), key=votes.__getitem__)

    def roster(self) -> list[JoinGroupResponseMember]:
        """The members with their metadata for the chosen protocol, as the leader gets them."""
        name = self.protocol_name
        assert name is not None
        return [
            JoinGroupResponseMember(m.member_id, m.group_instance_id, m.protocols[name])
            for m in self.members.values()
        ]

    def has_satisfied_heartbeat(self, member: ClassicMember) -> bool:
        """A member whose request is parked need not send heartbeats; a new one must come back."""
        return not member.is_new and (
            member.member_id in self.parked_joins or member.member_id in self.parked_syncs
        )

    # -- changes -----------------------------------------------------------------------------

    def transition_to(self, state: GroupState, now_ms: int) -> None:
        assert state in TRANSITIONS[self.state], (self.group_id, self.state, state)
        self.previous_state = self.state
        self.state = state
        self.state_timestamp_ms = now_ms

    def add(self, member: ClassicMember, protocol_type: str | None) -> None:
        instance_id = member.group_instance_id
        if instance_id is not None:
            assert instance_id not in self.static_members
            self.static_members[instance_id] = member.member_id
        if not self.members:
            self.protocol_type = protocol_type
        if self.leader_id is None:
            self.leader_id = member.member_id
        self.members[member.member_id] = member
        self._count_protocols(member, 1)
        self.pending_joins.discard(member.member_id)

    def remove(self, member_id: str) -> ClassicMember | None:
        """Forget a member or pending member; its parked requests must have been answered."""
        assert member_id not in self.parked_joins
        assert member_id not in self.parked_syncs
        self.pending_joins.discard(member_id)
        self.pending_syncs.discard(member_id)
        member = self.members.pop(member_id, None)
        if member is None:
            return None
        self._count_protocols(member, -1)
        if member.group_instance_id is not None:
            del self.static_members[member.group_instance_id]
        if self.leader_id == member_id:
            self.leader_id = next(iter(self.members), None)
        return member

    def set_protocols(self, member: ClassicMember, protocols: dict[str, bytes]) -> None:
        self._count_protocols(member, -1)
        member.protocols = protocols
        self._count_protocols(member, 1)

    def replace_static(self, instance_id: str, new_member_id: str) -> ClassicMember:
        """A static member came back under a new id: it takes the old one's place and assignment."""
        old_member_id = self.static_members[instance_id]
        assert old_member_id not in self.parked_joins
        assert old_member_id not in self.parked_syncs
        member = self.members.pop(old_member_id).renamed(new_member_id)
        self.members[new_member_id] = member
        self.static_members[instance_id] = new_member_id
        if self.leader_id == old_member_id:
            self.leader_id = new_member_id
        return member

    def elect_joined_leader(self) -> bool:
        """The leader must be among those who joined; False if nobody has."""
        if self.leader_id in self.parked_joins:
            return True
        joined = next((m for m in self.members if m in self.parked_joins), None)
        if joined is not None:
            self.leader_id = joined
        return joined is not None

    def begin_generation(self, now_ms: int) -> None:
        """Everybody who counts has joined: fix the protocol, or be empty."""
        self.generation_id += 1
        self.protocol_name = self.selected_protocol() if self.members else None
        self.pending_syncs.clear()
        self.initial_remaining_ms = None
        self.new_member_added = False
        self.note_subscriptions()
        following = GroupState.COMPLETING_REBALANCE if self.members else GroupState.EMPTY
        self.transition_to(following, now_ms)

    def note_subscriptions(self) -> None:
        """Read again which topics the members are subscribed to, if that can be read."""
        self.subscribed_topics = None
        if self.uses_consumer_protocol:
            name = self.protocol_name
            self.subscribed_topics = subscribed_topics(
                member.protocols.get(name or "", b"") for member in self.members.values()
            )

    def settle(self, value: GroupMetadataValue) -> None:
        """The record of the generation that was just formed is in the log: it counts now."""
        for row in value.members:
            self.members[row.member_id].assignment = row.assignment
        if self.state is GroupState.COMPLETING_REBALANCE:
            self.transition_to(GroupState.STABLE, value.current_state_timestamp)

    def _count_protocols(self, member: ClassicMember, step: int) -> None:
        for name in member.protocols:
            self.protocol_counts[name] = self.protocol_counts.get(name, 0) + step
            if self.protocol_counts[name] == 0:
                del self.protocol_counts[name]


def group_from_record(group_id: str, value: GroupMetadataValue) -> ClassicGroup:
    """The group as the log knows it: stable with these members, or empty."""
    group = ClassicGroup(group_id, value.current_state_timestamp)
    group.generation_id = value.generation
    group.protocol_type = value.protocol_type or None
    group.protocol_name = value.protocol
    group.leader_id = value.leader
    for row in value.members:
        group.add(member_from_record(row, value.protocol), group.protocol_type)
    if group.members:
        group.state = GroupState.STABLE
    group.note_subscriptions()
    return group
