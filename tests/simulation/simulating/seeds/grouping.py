"""Offsets outside of transactions, and a group with members that join, commit and leave."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from simulating.in_process import Peer
from simulating.seeds.model import OffsetWrite, Place
from simulating.seeds.reading import expect
from simulating.seeds.writing import some_place
from wirekafka_protocol.messages.heartbeat import HeartbeatRequest
from wirekafka_protocol.messages.join_group import JoinGroupRequest, JoinGroupRequestProtocol
from wirekafka_protocol.messages.leave_group import LeaveGroupRequest, MemberIdentity
from wirekafka_protocol.messages.offset_commit import (
    OffsetCommitRequest,
    OffsetCommitRequestPartition,
    OffsetCommitRequestTopic,
)
from wirekafka_protocol.messages.offset_fetch import (
    OffsetFetchRequest,
    OffsetFetchRequestTopic,
)
from wirekafka_protocol.messages.sync_group import SyncGroupRequest, SyncGroupRequestAssignment

if TYPE_CHECKING:
    from simulating.seeds.simulation import Simulation

SESSION_TIMEOUT_MS = 1_800_000
SIMPLE_GROUPS = ("simple", "other")
MOST_MEMBERS = 3
ILLEGAL_GENERATION = 22
UNKNOWN_MEMBER_ID = 25


@dataclass(slots=True)
class GroupModel:
    """A group in the state Stable, or one that is not used any more: then the next number."""

    number: int = 0
    members: list[str] = field(default_factory=list)
    generation: int = 0
    since_ms: int = 0
    """Waited since its members were heard of."""
    is_certain: bool = True

    @property
    def name(self) -> str:
        return f"members{self.number}"

    def give_up(self) -> None:
        self.number += 1
        self.members = []
        self.generation = self.since_ms = 0
        self.is_certain = True


async def commit_offset(sim: Simulation) -> None:
    place = some_place(sim)
    if sim.cluster.partition(place) is None:
        return
    group = sim.rng.choice(SIMPLE_GROUPS)
    error = await commit_as(sim, group, place, -1, "")
    expect(f"commit of {group}", error, 0)


async def commit_as(
    sim: Simulation,
    group: str,
    place: Place,
    generation: int,
    member: str,
    expected: int = 0,
    *,
    lowest_version: int = 2,
) -> int:
    """Commit the next number; the error. `expected` is the one that should come."""
    sim.counter += 1
    write = OffsetWrite(sim.counter)
    row = OffsetCommitRequestPartition(place[1], write.offset, committed_metadata="")
    topics = [OffsetCommitRequestTopic(name=place[0], partitions=[row])]
    request = OffsetCommitRequest(group, generation, member, topics=topics)
    sim.say(f"commit {write.offset} of {group} {place} generation {generation}")
    at = (group, *place)
    if not expected:
        sim.doubts.offsets.append((at, write))
    response = await sim.send(request, sim.rng.randint(lowest_version, 9))
    error: int = response.topics[0].partitions[0].error_code
    if not error:
        sim.cluster.offsets.setdefault(at, []).append(write)
    return error


async def fetch_offset(sim: Simulation) -> None:
    """In the words of older clients, who ask for one group."""
    place = some_place(sim)
    group = sim.rng.choice(SIMPLE_GROUPS)
    if sim.cluster.partition(place) is None:
        return
    topics = [OffsetFetchRequestTopic(place[0], [place[1]])]
    response = await sim.send(OffsetFetchRequest(group, topics), sim.rng.randint(1, 6))
    row = response.topics[0].partitions[0]
    at = (group, *place)
    sim.cluster.adopt_leftover(at, row.committed_offset)
    told = row.error_code, row.committed_offset
    expect(f"offset of {at}", told, (0, sim.cluster.committed_offset(at)))


async def member_step(sim: Simulation) -> None:
    group = sim.group
    if not group.is_certain or group.since_ms > SESSION_TIMEOUT_MS - 100_000:
        group.give_up()
    draw = sim.rng.random()
    if not group.members or (draw < 0.2 and len(group.members) < MOST_MEMBERS):
        await _rebalance(sim, joining=True)
    elif draw < 0.35:
        await _leave(sim)
    elif draw < 0.6:
        await _heartbeat(sim)
    else:
        await _commit_as_member(sim)


async def _rebalance(sim: Simulation, *, joining: bool) -> None:
    group = sim.group
    group.is_certain = False
    # The new one first: it makes the others join again, who would be told at once that all is well.
    waiting = [*([""] if joining else []), *group.members]
    sim.say(f"join {group.name} {len(waiting)} members")
    asked = []
    for number, member in enumerate(waiting):
        request = JoinGroupRequest(
            group.name, SESSION_TIMEOUT_MS, 60_000, member, None, "consumer",
            [JoinGroupRequestProtocol("range", b"m")],
        )  # fmt: skip
        asked.append(await sim.world.ask(Peer(number + 1), request, 3))
    await sim.world.advance(1)
    answers = [sim.reliable((await sim.world.settle(one)).response) for one in asked]
    for answer in answers:
        told = answer.error_code, answer.generation_id, answer.leader
        expect(f"join {group.name}", told, (0, group.generation + 1, answers[0].leader))
    ids = [answer.member_id for answer in answers]
    expect("old members", ids[joining:], group.members)
    for answer in answers:
        rows = sorted(row.member_id for row in answer.members)
        expect("roster", rows, sorted(ids) if answer.member_id == answer.leader else [])
    await _sync(sim, answers)
    group.members = ids
    group.generation += 1
    group.is_certain = True
    group.since_ms = 0


async def _sync(sim: Simulation, answers: list[Any]) -> None:
    asked = []
    for number, answer in enumerate(answers):
        plan = [SyncGroupRequestAssignment(a.member_id, a.member_id.encode()) for a in answers]
        request = SyncGroupRequest(
            sim.group.name,
            answer.generation_id,
            answer.member_id,
            assignments=plan if answer.member_id == answer.leader else [],
        )
        asked.append((answer, await sim.world.ask(Peer(number + 1), request, 2)))
    for answer, one in asked:
        response = sim.reliable((await sim.world.settle(one)).response)
        told = response.error_code, bytes(response.assignment)
        expect(f"sync {sim.group.name}", told, (0, answer.member_id.encode()))


async def _leave(sim: Simulation) -> None:
    group = sim.group
    member = sim.rng.choice(group.members)
    sim.say(f"leave {group.name}")
    group.is_certain = False
    version = sim.rng.randint(1, 5)
    request = LeaveGroupRequest(group.name, member)
    if version >= 3:
        request = LeaveGroupRequest(group.name, members=[MemberIdentity(member)])
    response = await sim.send(request, version)
    expect(f"leave {group.name}", response.error_code, 0)
    group.members.remove(member)
    if group.members:
        await _rebalance(sim, joining=False)
    else:
        group.give_up()  # without members and offsets it is forgotten some time


async def _heartbeat(sim: Simulation) -> None:
    group = sim.group
    for member in group.members:
        request = HeartbeatRequest(group.name, group.generation, member)
        response = await sim.send(request, sim.rng.randint(0, 4))
        expect(f"heartbeat of {group.name}", response.error_code, 0)
    group.since_ms = 0


async def _commit_as_member(sim: Simulation) -> None:
    place = some_place(sim)
    if sim.cluster.partition(place) is None:
        return
    group = sim.group
    member, generation, expected = sim.rng.choice(group.members), group.generation, 0
    kind = sim.rng.random()
    if kind < 0.15:
        generation, expected = generation - 1, ILLEGAL_GENERATION
    elif kind < 0.3:
        member, expected = "nobody", UNKNOWN_MEMBER_ID
    error = await commit_as(sim, group.name, place, generation, member, expected)
    expect(f"commit of a member of {group.name}", error, expected)
