"""What can be seen of a group: its members with what they are assigned, its offsets and lag.

One form for both protocols. A glance is taken at one moment on the broker's loop and leaves out
offsets. A view has them; where there are very many, it is taken in turns (`turns.py`), with what
others did meanwhile in its later rows.

An assignment of the classic protocol is made by a client and readable where the group's protocol
type is "consumer" (ConsumerProtocolAssignment); of other types, such as Connect's, it stays empty.
"""

from __future__ import annotations

import heapq
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import chain
from typing import TYPE_CHECKING

from wirekafka_protocol.codec import decoder
from wirekafka_protocol.errors import ProtocolError
from wirekafka_protocol.messages.consumer_protocol import ConsumerProtocolAssignment
from wirekafka_protocol.messages.offset_commit_record import OffsetCommitValue

from wirekafka.coordinator.consumer_group.group import ConsumerGroup, ConsumerGroupState
from wirekafka.coordinator.consumer_group.member import ConsumerMember
from wirekafka.coordinator.group.admin import CLASSIC_TYPE, CONSUMER_TYPE
from wirekafka.coordinator.group.group import ClassicGroup
from wirekafka.coordinator.group.states import GroupState
from wirekafka.instrument.turns import Turns

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
    offsets: tuple[OffsetView, ...] = ()
    lag: int = 0
    """Of all partitions where it is known."""

    @property
    def assigned(self) -> frozenset[TopicPartition]:
        """What the members have, together."""
        return frozenset(chain.from_iterable(member.assignment for member in self.members))


def glance(broker: Broker, group_id: str) -> GroupView | None:
    """The group without its offsets; None when there is no such group."""
    return _glance(broker, _where(broker, group_id), group_id)


async def glances(broker: Broker, wanted: Callable[[str], bool]) -> list[GroupView]:
    """The groups whose id is `wanted`, by id, without their offsets."""
    turns = Turns()
    found: list[GroupView] = []
    async for group_id, number in _all(broker, turns):
        view = _glance(broker, number, group_id) if wanted(group_id) else None
        if view is not None:
            found.append(view)
    return found


def committed_places(broker: Broker, group_id: str) -> list[TopicPartition]:
    """Where the group has a committed offset."""
    committed = _committed(broker, _where(broker, group_id), group_id)
    return [(topic, index) for topic, found in committed.items() for index in found]


def group_ids(broker: Broker) -> Iterator[str]:
    """Those of all groups, in no order."""
    for number in broker.groups.active_partitions():
        yield from broker.groups.look(number, lambda machine, *_: list(machine.groups)) or ()


async def view_group(broker: Broker, group_id: str) -> GroupView | None:
    """None when there is no such group."""
    return await _view(broker, _where(broker, group_id), group_id, Turns())


async def view_groups(broker: Broker, wanted: Callable[[str], bool]) -> list[GroupView]:
    """The groups whose id is `wanted`, by id."""
    turns = Turns()
    found: list[GroupView] = []
    async for group_id, number in _all(broker, turns):
        view = await _view(broker, number, group_id, turns) if wanted(group_id) else None
        if view is not None:
            found.append(view)
    return found


async def each_group(
    broker: Broker, turns: Turns
) -> AsyncIterator[tuple[GroupView, Iterator[OffsetView]]]:
    """All groups by id, one after the other, for who need not keep them: without their offsets, and
    those by topic and partition."""
    async for group_id, number in _all(broker, turns):
        seen = _glance(broker, number, group_id)
        if seen is not None:
            yield seen, _offsets(broker, number, seen)


def _where(broker: Broker, group_id: str) -> int:
    """The coordinator's partition that has the group, -1 when there is none."""
    for number in broker.groups.active_partitions():
        if broker.groups.look(number, lambda machine, *_: group_id in machine.groups):
            return number
    return -1


async def _all(broker: Broker, turns: Turns) -> AsyncIterator[tuple[str, int]]:
    """All groups by id, and where each is."""
    ordered: list[list[tuple[str, int]]] = []
    for number in broker.groups.active_partitions():
        ids = broker.groups.look(number, lambda machine, *_: list(machine.groups)) or []
        ordered.append(sorted((group_id, number) for group_id in ids))
        if turns.is_over:
            await turns.next()
    for place in heapq.merge(*ordered):
        yield place
        if turns.is_over:
            await turns.next()


async def _view(broker: Broker, number: int, group_id: str, turns: Turns) -> GroupView | None:
    seen = _glance(broker, number, group_id)
    if seen is None:
        return None
    offsets: list[OffsetView] = []
    for row in _offsets(broker, number, seen):
        offsets.append(row)
        if turns.is_over:
            await turns.next()
    return replace(seen, offsets=tuple(offsets), lag=sum(row.lag or 0 for row in offsets))


def _offsets(broker: Broker, number: int, group: GroupView) -> Iterator[OffsetView]:
    """By topic and partition, as they are when they are asked for."""
    assigned: dict[str, set[int]] = {}
    for topic, index in group.assigned:
        assigned.setdefault(topic, set()).add(index)
    for topic in sorted(assigned.keys() | _committed(broker, number, group.group_id)):
        committed = dict(_committed(broker, number, group.group_id).get(topic, {}))
        for index in sorted(committed.keys() | assigned.get(topic, set())):
            value = committed.get(index)
            yield _offset(broker, topic, index, None if value is None else value.offset)


def _committed(
    broker: Broker, number: int, group_id: str
) -> Mapping[str, Mapping[int, OffsetCommitValue]]:
    """Topic -> partition -> what is committed."""
    return broker.groups.look(number, lambda machine, *_: machine.offsets.of_group(group_id)) or {}


def _glance(broker: Broker, number: int, group_id: str) -> GroupView | None:
    group = broker.groups.look(number, lambda machine, *_: machine.groups.get(group_id))
    if group is None:
        return None
    return _consumer(broker, group) if isinstance(group, ConsumerGroup) else _classic(group)


def _classic(group: ClassicGroup) -> GroupView:
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
    )


def _consumer(broker: Broker, group: ConsumerGroup) -> GroupView:
    return GroupView(
        group.group_id,
        CONSUMER_TYPE,
        group.state.value,
        group.state in _STABLE,
        group.group_epoch,
        group.assignment_timestamp_ms,
        tuple(_member(broker, member) for member in group.members.values()),
        group.subscribed_topic_names,
    )


def _member(broker: Broker, member: ConsumerMember) -> MemberView:
    names = broker.image.topics_by_id
    assigned = frozenset(
        (names[topic_id].name, index)
        for topic_id, indexes in member.assigned.items()
        if topic_id in names
        for index in indexes
    )
    host = member.client_host.lstrip("/")
    return MemberView(member.member_id, member.instance_id, member.client_id, host, assigned)


def _offset(broker: Broker, topic: str, index: int, committed: int | None) -> OffsetView:
    partition = broker.partitions.get(topic, index)
    if partition is None:
        return OffsetView(topic, index, committed, None, None)
    end = partition.high_watermark
    if committed is None:
        return OffsetView(topic, index, None, end, None)
    return OffsetView(topic, index, committed, end, max(0, end - committed))


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
