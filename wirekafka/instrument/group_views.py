"""What can be seen of a group: its members with what they are assigned, its offsets and lag.

One form for both protocols. A view is a value, taken at one moment on the broker's loop.

An assignment of the classic protocol is made by a client and readable where the group's protocol
type is "consumer" (ConsumerProtocolAssignment); of other types, such as Connect's, it stays empty.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING

from wirekafka_protocol.codec import decoder
from wirekafka_protocol.errors import ProtocolError
from wirekafka_protocol.messages.consumer_protocol import ConsumerProtocolAssignment

from wirekafka.coordinator.consumer_group.group import ConsumerGroup, ConsumerGroupState
from wirekafka.coordinator.consumer_group.member import ConsumerMember
from wirekafka.coordinator.group.admin import CLASSIC_TYPE, CONSUMER_TYPE
from wirekafka.coordinator.group.group import ClassicGroup
from wirekafka.coordinator.group.shard import GroupCoordinatorShard
from wirekafka.coordinator.group.states import GroupState
from wirekafka.coordinator.machine import RequestInfo, Ticket

if TYPE_CHECKING:
    from wirekafka.broker import Broker

TopicPartition = tuple[str, int]

_STABLE = (GroupState.STABLE, ConsumerGroupState.STABLE)
_VERSION_BYTES = 2


@dataclass(frozen=True, slots=True)
class MemberView:
    """One member. `client_host` is a plain address."""

    member_id: str
    instance_id: str | None
    client_id: str
    client_host: str
    assignment: frozenset[TopicPartition]


@dataclass(frozen=True, slots=True)
class OffsetView:
    """One partition of a group. `committed` is None where nothing is, `lag` where that or the
    partition is missing."""

    topic: str
    partition: int
    committed: int | None
    log_end: int | None
    lag: int | None


@dataclass(frozen=True, slots=True)
class GroupView:
    """`epoch` is the generation of a classic group, the group epoch of the other kind.
    `subscribed` are the topics of all members, None where they cannot be told; `since_ms` is when
    the group came into its state, -1 where that is not known."""

    group_id: str
    type: str
    state: str
    is_stable: bool
    epoch: int
    since_ms: int
    members: tuple[MemberView, ...]
    subscribed: frozenset[str] | None
    offsets: tuple[OffsetView, ...]

    @property
    def lag(self) -> int:
        """Of all partitions where it is known."""
        return sum(row.lag or 0 for row in self.offsets)

    @property
    def assigned(self) -> frozenset[TopicPartition]:
        """What the members have, together."""
        return frozenset(chain.from_iterable(member.assignment for member in self.members))


def view_groups(broker: Broker, wanted: Callable[[str], bool]) -> list[GroupView]:
    """The groups whose id is `wanted`, by id."""
    found = broker.groups.each(_Looking(broker).views, wanted)
    return sorted(chain.from_iterable(found), key=lambda view: view.group_id)


def view_group(broker: Broker, group_id: str) -> GroupView | None:
    """None when there is no such group."""
    found = view_groups(broker, lambda name: name == group_id)
    return found[0] if found else None


class _Looking:
    """A look at the machines, in the form of their request methods."""

    def __init__(self, broker: Broker) -> None:
        self._broker = broker

    def views(
        self,
        shard: GroupCoordinatorShard,
        ticket: Ticket,
        info: RequestInfo,
        wanted: Callable[[str], bool],
        now_ms: int,
    ) -> list[GroupView]:
        return [
            self._consumer(shard, group)
            if isinstance(group, ConsumerGroup)
            else self._classic(shard, group)
            for group_id, group in shard.groups.items()
            if wanted(group_id)
        ]

    def _classic(self, shard: GroupCoordinatorShard, group: ClassicGroup) -> GroupView:
        is_stable = group.state in _STABLE
        members = tuple(
            MemberView(
                member.member_id,
                member.group_instance_id,
                member.client_id,
                member.client_host.lstrip("/"),
                _partitions(member.assignment) if is_stable else frozenset(),
            )
            for member in group.members.values()
        )
        return GroupView(
            group.group_id,
            CLASSIC_TYPE,
            group.state.value,
            is_stable,
            group.generation_id,
            group.state_timestamp_ms,
            members,
            group.subscribed_topics if group.members else frozenset(),
            self._offsets(shard, group.group_id, members),
        )

    def _consumer(self, shard: GroupCoordinatorShard, group: ConsumerGroup) -> GroupView:
        members = tuple(self._member(group, member) for member in group.members.values())
        return GroupView(
            group.group_id,
            CONSUMER_TYPE,
            group.state.value,
            group.state in _STABLE,
            group.group_epoch,
            group.assignment_timestamp_ms,
            members,
            group.subscribed_topic_names,
            self._offsets(shard, group.group_id, members),
        )

    def _member(self, group: ConsumerGroup, member: ConsumerMember) -> MemberView:
        names = self._broker.image.topics_by_id
        assigned = frozenset(
            (names[topic_id].name, index)
            for topic_id, indexes in member.assigned.items()
            if topic_id in names
            for index in indexes
        )
        host = member.client_host.lstrip("/")
        return MemberView(member.member_id, member.instance_id, member.client_id, host, assigned)

    def _offsets(
        self, shard: GroupCoordinatorShard, group_id: str, members: tuple[MemberView, ...]
    ) -> tuple[OffsetView, ...]:
        committed = {
            (topic, index): value.offset
            for topic, rows in shard.offsets.of_group(group_id).items()
            for index, value in rows.items()
        }
        places = set(committed).union(*(member.assignment for member in members))
        return tuple(self._offset(place, committed.get(place)) for place in sorted(places))

    def _offset(self, place: TopicPartition, committed: int | None) -> OffsetView:
        partition = self._broker.partitions.get(*place)
        if partition is None:
            return OffsetView(*place, committed, None, None)
        end = partition.high_watermark
        if committed is None:
            return OffsetView(*place, None, end, None)
        return OffsetView(*place, committed, end, max(0, end - committed))


def _partitions(assignment: bytes) -> frozenset[TopicPartition]:
    """Of a ConsumerProtocolAssignment: version, then the message. Others are none."""
    if len(assignment) < _VERSION_BYTES:
        return frozenset()
    try:
        found, _ = decoder(ConsumerProtocolAssignment, 0)(
            assignment, _VERSION_BYTES, len(assignment)
        )
    except ProtocolError:
        return frozenset()
    return frozenset(
        (row.topic, index) for row in found.assigned_partitions for index in row.partitions
    )
