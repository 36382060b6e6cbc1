"""What an assignor is given, and the port that every assignor has.

Source: Kafka's `GroupSpec`, `MemberSubscription`, `SubscribedTopicDescriber`,
`ConsumerGroupPartitionAssignor` (KIP-848).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

Partitions = Mapping[bytes, frozenset[int]]
"""Topic id to partitions; no topic has an empty set."""

Assignment = dict[str, dict[bytes, frozenset[int]]]
"""Member id to what it is to own. Every member is in it; a topic without partitions is not."""


@dataclass(slots=True, frozen=True)
class TopicSpec:
    """A topic that exists. `racks` has a set of rack ids per partition, or nothing at all."""

    topic_id: bytes
    name: str
    num_partitions: int
    racks: tuple[frozenset[str], ...] = ()


@dataclass(slots=True, frozen=True)
class MemberSpec:
    """A member, the topics that it is subscribed to and that exist, and its current target."""

    member_id: str
    instance_id: str | None
    rack_id: str | None
    subscribed_topic_ids: frozenset[bytes]
    assigned: Partitions


@dataclass(slots=True, frozen=True)
class GroupSpec:
    """The members by id, and by id every topic that one of them is subscribed to."""

    members: Mapping[str, MemberSpec]
    topics: Mapping[bytes, TopicSpec]

    @property
    def is_homogeneous(self) -> bool:
        """Are all members subscribed to the same topics?"""
        subscriptions = iter(self.members.values())
        first = next(subscriptions, None)
        return first is None or all(
            member.subscribed_topic_ids == first.subscribed_topic_ids for member in subscriptions
        )


class Assignor(Protocol):
    """Pure: equal specs give equal assignments, whatever the order of their mappings."""

    name: str
    """As clients and `group.consumer.assignors` call it."""

    def assign(self, spec: GroupSpec) -> Assignment:
        """Give each partition of each subscribed topic to one member that is subscribed to it."""
