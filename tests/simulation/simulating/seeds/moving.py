"""Replicas move between the log directories, slowly or at once, while everything else goes on.

Where a replica lives changes nothing that a client sees but DescribeLogDirs. A replica is in one
directory; while it is moved there is a copy in the other one, and when the copy is gone, the
replica lives where it was to go. Only a start may give a move up: its copy had not begun.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from simulating.seeds.model import Place
from simulating.seeds.reading import Wrong, expect
from simulating.seeds.writing import some_place
from wirekafka_protocol.messages.alter_replica_log_dirs import (
    AlterReplicaLogDir,
    AlterReplicaLogDirsRequest,
    AlterReplicaLogDirTopic,
)
from wirekafka_protocol.messages.describe_log_dirs import DescribeLogDirsRequest
from wirekafka_protocol.messages.incremental_alter_configs import (
    AlterableConfig,
    AlterConfigsResource,
    IncrementalAlterConfigsRequest,
)

if TYPE_CHECKING:
    from simulating.seeds.simulation import Simulation

QUOTA = "replica.alter.log.dirs.io.max.bytes.per.second"
RATES = ("0", "100", "1000", "20000", None)
MOST_LOOKS = 200
_BROKER = 4
_SET, _DELETE = 0, 1


@dataclass(slots=True)
class Homes:
    """In which directories replicas may be, and where they are to go."""

    possible: dict[Place, set[str]] = field(default_factory=dict)
    wanted: dict[Place, str] = field(default_factory=dict)
    in_doubt: set[Place] = field(default_factory=set)
    """Nobody heard whether they are to move."""

    def forget_topic(self, name: str) -> None:
        for place in [place for place in {*self.possible, *self.wanted} if place[0] == name]:
            self.possible.pop(place, None)
            self.wanted.pop(place, None)
            self.in_doubt.discard(place)


async def move_replica(sim: Simulation) -> None:
    place = some_place(sim)
    if sim.cluster.partition(place) is None:
        return
    homes = sim.homes
    target = sim.rng.choice(sim.world.folders)
    sim.say(f"move {place} to {target[-1]}")
    homes.in_doubt.add(place)
    topics = [AlterReplicaLogDirTopic(place[0], [place[1]])]
    request = AlterReplicaLogDirsRequest([AlterReplicaLogDir(target, topics)])
    response = await sim.send(request, sim.rng.randint(1, 2))
    expect(f"move of {place}", response.results[0].partitions[0].error_code, 0)
    homes.in_doubt.discard(place)
    if place in homes.wanted:
        homes.possible.setdefault(place, set()).add(homes.wanted[place])
    homes.wanted[place] = target
    await ask_homes(sim)


async def alter_rate(sim: Simulation) -> None:
    rate = sim.rng.choice(RATES)
    sim.say(f"moves at {rate}")
    await _set_rate(sim, rate)


async def _set_rate(sim: Simulation, rate: str | None) -> None:
    change = AlterableConfig(QUOTA, _DELETE if rate is None else _SET, rate)
    request = IncrementalAlterConfigsRequest([AlterConfigsResource(_BROKER, "", [change])])
    response = await sim.send(request, 1)
    expect("altering the rate of moves", response.responses[0].error_code, 0)


async def end_moves(sim: Simulation) -> None:
    """Without a limit every move comes to its end."""
    await _set_rate(sim, None)
    for _ in range(MOST_LOOKS):
        await ask_homes(sim)
        if not sim.homes.wanted:
            return
        await sim.world.advance(100)
    raise Wrong(f"moves that never end: {sim.homes.wanted}")


async def ask_homes(sim: Simulation, *, restarted: bool = False) -> None:
    """See that every replica is where it may be."""
    response = await sim.send(DescribeLogDirsRequest(None), sim.rng.randint(2, 4))
    now: dict[Place, str] = {}
    future: dict[Place, str] = {}
    for result in response.results:
        expect(f"directory {result.log_dir[-1]}", result.error_code, 0)
        for topic in result.topics:
            for row in topic.partitions:
                place = topic.name, row.partition_index
                found = future if row.is_future_key else now
                if place in found:
                    raise Wrong(f"{place} is in two directories")
                found[place] = result.log_dir
    for place in sim.cluster.places():
        if place not in now:
            raise Wrong(f"{place} is in no directory")
        model = sim.cluster.partition(place)
        is_nowhere = model is not None and not model.batches  # nothing of it is on a disk
        if is_nowhere or (restarted and sim.world.forgets):
            # It has no home yet; or its old folder has its name back, and is as long.
            sim.homes.possible.pop(place, None)
        if restarted and sim.world.forgets and place in future:
            sim.homes.wanted[place] = future[place]  # that it was given up is forgotten
        _settle(sim.homes, place, now[place], future.get(place), restarted=restarted)
    expect("moves", sorted(future.keys() - sim.homes.wanted.keys()), [])


def _settle(homes: Homes, place: Place, now: str, future: str | None, *, restarted: bool) -> None:
    possible = homes.possible.get(place, {now})
    target: Any = homes.wanted.get(place)
    if place in homes.in_doubt:
        homes.in_doubt.discard(place)
        if future is not None:
            target = homes.wanted[place] = future
        else:
            homes.wanted.pop(place, None)
            target, possible = None, {now}
    if target is not None and now == target:
        del homes.wanted[place]
        expect(f"copy of {place}", future, None)
    elif now not in possible:
        raise Wrong(f"{place} is in {now}, possible were {sorted(possible)}")
    elif future is None and restarted:
        homes.wanted.pop(place, None)
    else:
        expect(f"copy of {place}", future, target)
    homes.possible[place] = {now}
