"""A group of the consumer protocol: members that join, subscribe, give up, take, commit and leave.

Members have what they were told last, and obey at once. Whatever happens, also between a kill and
the next start: no partition is two members' at a time, and no epoch is lower than one before it.
A member whose answer was lost goes on like a client: it says again what it has, and joins anew when
it is fenced. At the configured interval or sooner everybody is asked back.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from simulating.seeds.administering import TOPICS
from simulating.seeds.grouping import commit_as
from simulating.seeds.model import Place
from simulating.seeds.reading import Wrong, expect
from simulating.seeds.writing import some_place
from wirekafka_protocol.messages.consumer_group_heartbeat import (
    ConsumerGroupHeartbeatRequest,
    TopicPartitions,
)
from wirekafka_protocol.messages.incremental_alter_configs import (
    AlterableConfig,
    AlterConfigsResource,
    IncrementalAlterConfigsRequest,
)
from wirekafka_protocol.messages.metadata import MetadataRequest

if TYPE_CHECKING:
    from simulating.seeds.simulation import Simulation

SESSION_TIMEOUT_MS = 1_800_000
SETTINGS = (
    f"group.consumer.max.session.timeout.ms={SESSION_TIMEOUT_MS}",
    f"group.consumer.session.timeout.ms={SESSION_TIMEOUT_MS}",
    "group.consumer.assignment.interval.ms=0",
)
MOST_MEMBERS = 3
MOST_ROUNDS = 12
"""Of heartbeats, until a group that nobody changes is settled."""
INTERVAL_CONFIG, INTERVALS_MS = "consumer.heartbeat.interval.ms", (5_000, 7_000, 15_000)
UNKNOWN_MEMBER_ID, FENCED_MEMBER_EPOCH, STALE_MEMBER_EPOCH = 25, 110, 113
_GROUP = 32
_LEAVE = -1

Piece = tuple[bytes, int]
"""Topic id and partition."""


@dataclass(slots=True)
class Member:
    """`is_certain`: the last request was answered."""

    member_id: str
    topics: list[str]
    epoch: int = 0
    owned: set[Piece] = field(default_factory=set)
    is_acknowledged: bool = True
    is_certain: bool = True


@dataclass(slots=True)
class Subscribers:
    """The group, as its members know it."""

    number: int = 0
    members: list[Member] = field(default_factory=list)
    epoch: int = 0
    """The highest that anybody was told."""
    has_strangers: bool = False
    """Somebody who is not in `members` may be a member: it was lost on its way in or out."""
    since_ms: int = 0
    intervals_ms: set[int] = field(default_factory=lambda: {5_000})
    """One of them is configured."""

    @property
    def name(self) -> str:
        return f"subscribers{self.number}"

    def give_up(self) -> None:
        self.number += 1
        self.members = []
        self.epoch = self.since_ms = 0
        self.has_strangers = False
        self.intervals_ms = {5_000}


async def step(sim: Simulation) -> None:
    group = sim.subscribers
    if group.since_ms > SESSION_TIMEOUT_MS - 100_000:
        group.give_up()
    draw = sim.rng.random()
    if not group.members or (draw < 0.2 and len(group.members) < MOST_MEMBERS):
        await _join(sim)
    elif draw < 0.55:
        await _beat(sim, sim.rng.choice(group.members))
    elif draw < 0.62:
        await _subscribe(sim)
    elif draw < 0.7:
        await _leave(sim)
    elif draw < 0.78:
        await _beat_wrongly(sim)
    elif draw < 0.9:
        await _commit(sim)
    else:
        await _settle(sim)


async def alter_interval(sim: Simulation) -> None:
    """A config of this group alone."""
    group = sim.subscribers
    value = sim.rng.choice(INTERVALS_MS)
    sim.say(f"alter {group.name} {INTERVAL_CONFIG}={value}")
    group.intervals_ms.add(value)
    row = AlterableConfig(INTERVAL_CONFIG, 0, str(value))
    request = IncrementalAlterConfigsRequest([AlterConfigsResource(_GROUP, group.name, [row])])
    response = await sim.send(request, 1)
    expect(f"altering {group.name}", response.responses[0].error_code, 0)
    group.intervals_ms = {value}


async def _join(sim: Simulation) -> None:
    group = sim.subscribers
    sim.counter += 1
    member = Member(f"member-{sim.counter}", _some_topics(sim))
    sim.say(f"{member.member_id} joins {group.name} {member.topics}")
    before, group.has_strangers = group.has_strangers, True
    response = await _send(sim, member, 0, is_full=True)
    expect(f"joining of {member.member_id}", response.error_code, 0)
    group.has_strangers = before
    group.members.append(member)
    _take(sim, member, response)


async def _beat(sim: Simulation, member: Member) -> None:
    """That it lives; what it has if that is to be said, or by chance."""
    is_full = not (member.is_acknowledged and member.is_certain) or sim.rng.random() < 0.2
    sim.say(f"{member.member_id} beats {member.epoch}{' in full' * is_full}")
    was_certain, member.is_certain = member.is_certain, False
    response = await _send(sim, member, member.epoch, is_full=is_full)
    if response.error_code in (FENCED_MEMBER_EPOCH, UNKNOWN_MEMBER_ID) and not was_certain:
        sim.say(f"    fenced: {response.error_code}")
        member.owned, member.epoch = set(), 0
        response = await _send(sim, member, 0, is_full=True)
    expect(f"heartbeat of {member.member_id}", response.error_code, 0)
    member.is_certain = True
    if is_full:
        member.is_acknowledged = True
    _take(sim, member, response)


async def _subscribe(sim: Simulation) -> None:
    member = sim.rng.choice(sim.subscribers.members)
    member.topics = _some_topics(sim)
    member.is_acknowledged = False
    sim.say(f"{member.member_id} subscribes to {member.topics}")
    await _beat(sim, member)


async def _leave(sim: Simulation) -> None:
    group = sim.subscribers
    member = sim.rng.choice(group.members)
    group.members.remove(member)
    if not member.is_certain:
        group.has_strangers = True
        return
    sim.say(f"{member.member_id} leaves")
    before, group.has_strangers = group.has_strangers, True
    request = ConsumerGroupHeartbeatRequest(group.name, member.member_id, _LEAVE)
    response = await sim.send(request, sim.rng.randint(0, 1))
    told = response.error_code, response.member_epoch
    expect(f"leaving of {member.member_id}", told, (0, _LEAVE))
    group.has_strangers = before


async def _beat_wrongly(sim: Simulation) -> None:
    """Nothing changes by it."""
    group = sim.subscribers
    member = sim.rng.choice(group.members)
    request = ConsumerGroupHeartbeatRequest(group.name, member.member_id, group.epoch + 2)
    expected = FENCED_MEMBER_EPOCH
    if sim.rng.random() < 0.5:
        request.member_id, expected = "nobody", UNKNOWN_MEMBER_ID
    elif not member.is_certain:
        return
    response = await sim.send(request, sim.rng.randint(0, 1))
    expect(f"heartbeat of {request.member_id} in a wrong epoch", response.error_code, expected)


async def _commit(sim: Simulation) -> None:
    place: Place = some_place(sim)
    group = sim.subscribers
    member = sim.rng.choice(group.members)
    if sim.cluster.partition(place) is None or not member.is_certain:
        return
    who, epoch, expected = member.member_id, member.epoch, 0
    kind = sim.rng.random()
    if kind < 0.15:
        epoch, expected = group.epoch + 2, STALE_MEMBER_EPOCH
    elif kind < 0.3:
        who, expected = "nobody", UNKNOWN_MEMBER_ID
    error = await commit_as(sim, group.name, place, epoch, who, expected, lowest_version=9)
    expect(f"commit of a member of {group.name}", error, expected)


async def _settle(sim: Simulation) -> None:
    """Everybody beats until nobody hears anything new: then everything is somebody's."""
    group = sim.subscribers
    sim.say(f"{group.name} settles")
    for _ in range(MOST_ROUNDS):
        before = [(one.epoch, set(one.owned), one.is_acknowledged) for one in group.members]
        for member in group.members:
            await _beat(sim, member)
        after = [(one.epoch, set(one.owned), one.is_acknowledged) for one in group.members]
        if before == after:
            break
    else:
        raise Wrong(f"{group.name} is not settled after {MOST_ROUNDS} rounds")
    if group.has_strangers:
        return
    expect(f"epochs of {group.name}", {one.epoch for one in group.members}, {group.epoch})
    response = await sim.send(MetadataRequest(None), 12)
    ids = {row.name: row.topic_id for row in response.topics}
    wanted = {
        (ids[name], number)
        for name in {name for one in group.members for name in one.topics}
        for number in range(len(sim.cluster.topics.get(name, ())))
    }
    owned = set().union(*(one.owned for one in group.members))
    expect(f"what members of {group.name} have", owned, wanted)


async def _send(sim: Simulation, member: Member, epoch: int, *, is_full: bool) -> Any:
    request = ConsumerGroupHeartbeatRequest(sim.subscribers.name, member.member_id, epoch)
    if is_full:
        request.rebalance_timeout_ms = SESSION_TIMEOUT_MS
        request.subscribed_topic_names = member.topics
        topics: dict[bytes, list[int]] = {}
        for topic_id, number in sorted(member.owned):
            topics.setdefault(topic_id, []).append(number)
        request.topic_partitions = [TopicPartitions(*row) for row in topics.items()]
    return await sim.send(request, 1)


def _take(sim: Simulation, member: Member, response: Any) -> None:
    """What the member has been told, and whether it may have been told that."""
    group = sim.subscribers
    group.since_ms = 0 if len(group.members) == 1 else group.since_ms
    if response.member_epoch < member.epoch:
        raise Wrong(f"{member.member_id} goes back from {member.epoch} to {response.member_epoch}")
    member.epoch = response.member_epoch
    group.epoch = max(group.epoch, member.epoch)
    if not 0 < response.heartbeat_interval_ms <= max(group.intervals_ms):
        raise Wrong(f"{member.member_id} is asked back in {response.heartbeat_interval_ms} ms")
    if response.assignment is None:
        return
    rows = response.assignment.topic_partitions
    told = {(row.topic_id, number) for row in rows for number in row.partitions}
    for other in group.members:
        if other is not member and other.is_certain and told & other.owned:
            shared = [number for _, number in sorted(told & other.owned)]
            raise Wrong(f"{member.member_id} and {other.member_id} both have {shared}")
    if told != member.owned:
        member.owned, member.is_acknowledged = told, False


def _some_topics(sim: Simulation) -> list[str]:
    return sorted(sim.rng.sample(TOPICS, sim.rng.randint(1, len(TOPICS))))
