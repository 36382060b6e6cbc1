"""Consumers that wait: Fetch requests which are answered when there is enough, or late, or never.

Each has a connection of its own and reads several partitions. What an answer holds is what the
model has there; nobody sleeps while there is a record for him, or longer than he asked to.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from simulating.in_process import Asked, Peer
from simulating.seeds.model import PartitionModel, Place
from simulating.seeds.reading import OFFSET_OUT_OF_RANGE, Wrong, check_later_row, expect
from simulating.seeds.writing import some_place
from wirekafka_protocol.messages.fetch import FetchPartition, FetchRequest, FetchTopic

if TYPE_CHECKING:
    from simulating.seeds.simulation import Simulation

MOST_POLLS = 4
FIRST_PEER = 100
MAX_WAITS_MS = (0, 500, 5_000, 60_000)
UNKNOWN_TOPIC_OR_PARTITION = 3


@dataclass(slots=True, eq=False)
class Poll:
    """A request on its way, and what the model had when it was asked."""

    peer: Peer
    asked: Asked
    models: dict[Place, PartitionModel | None]
    offsets: dict[Place, int]
    min_bytes: int
    committed: bool
    left_ms: int


async def poll(sim: Simulation) -> None:
    if len(sim.polls) == MOST_POLLS:
        await hang_up_one(sim)
        return
    places = sorted({some_place(sim) for _ in range(sim.rng.randint(1, 3))})
    models = {place: sim.cluster.partition(place) for place in places}
    offsets = {}
    topics: dict[str, FetchTopic] = {}
    for place, model in models.items():
        end = model.end if model is not None else 0
        start = model.log_start if model is not None else 0
        at_end = sim.rng.random() < 0.6
        offset = offsets[place] = end if at_end else sim.rng.randint(max(start - 1, 0), end + 1)
        topic = topics.setdefault(place[0], FetchTopic(place[0], partitions=[]))
        max_bytes = sim.rng.choice((1, 1000, 1 << 20))
        topic.partitions.append(
            FetchPartition(partition=place[1], fetch_offset=offset, partition_max_bytes=max_bytes)
        )
    request = FetchRequest(
        max_wait_ms=sim.rng.choice(MAX_WAITS_MS),
        min_bytes=sim.rng.choice((0, 1, 1, 2_000)),
        isolation_level=int(sim.rng.random() < 0.5),
        topics=list(topics.values()),
    )
    sim.say(f"poll {offsets} {request.min_bytes} bytes, {request.max_wait_ms} ms")
    peer = Peer(FIRST_PEER + sim.result.steps)
    asked = await sim.world.ask(peer, request, sim.rng.randint(4, 11))
    one = Poll(
        peer,
        asked,
        models,
        offsets,
        request.min_bytes,
        bool(request.isolation_level),
        request.max_wait_ms,
    )
    if request.max_wait_ms == 0 and not asked.is_done:
        raise Wrong("a poll that does not want to wait waits")
    sim.polls.append(one)


async def hang_up_one(sim: Simulation) -> None:
    one = sim.rng.choice(sim.polls)
    sim.say("a poll hangs up")
    sim.polls.remove(one)
    sim.world.disconnect(one.peer)


def hang_up_all(sim: Simulation) -> None:
    """The broker ends."""
    for one in sim.polls:
        sim.world.disconnect(one.peer)
    sim.polls.clear()


def check_polls(sim: Simulation) -> None:
    """Those that are answered now, and that nobody waits without a reason."""
    for one in list(sim.polls):
        if one.asked.is_done:
            sim.polls.remove(one)
            _check_answer(sim, one)
        elif one.left_ms < 0:
            raise Wrong(f"a poll of {one.offsets} was not answered in time")
        elif one.min_bytes <= 1:
            _check_reason(sim, one)


def pass_time(sim: Simulation, ms: int) -> None:
    for one in sim.polls:
        one.left_ms -= ms


def _check_reason(sim: Simulation, one: Poll) -> None:
    for place, model in one.models.items():
        if model is None or sim.cluster.partition(place) is not model:
            continue
        limit = model.last_stable_offset() if one.committed else model.end
        is_there = model.log_start <= one.offsets[place] < limit
        if is_there and not sim.cluster.is_compacted(place[0]):
            raise Wrong(f"a poll of {place} from {one.offsets[place]} sleeps, {limit} is there")


def _check_answer(sim: Simulation, one: Poll) -> None:
    if one.asked.is_closed:
        return
    response: Any = one.asked.response
    for topic in response.responses:
        for row in topic.partitions:
            place = topic.topic, row.partition_index
            model = one.models[place]
            if model is None:
                if sim.cluster.partition(place) is None:
                    expect(f"poll of {place}", row.error_code, UNKNOWN_TOPIC_OR_PARTITION)
                continue
            if sim.cluster.partition(place) is not model:
                continue  # deleted meanwhile
            offset = one.offsets[place]
            if row.error_code == OFFSET_OUT_OF_RANGE:
                if model.log_start <= offset <= model.end:
                    raise Wrong(f"poll of {place} from {offset} is out of range")
                continue
            expect(f"poll of {place}", row.error_code, 0)
            compacted = sim.cluster.is_compacted(place[0])
            check_later_row(row, model, offset, committed=one.committed, compacted=compacted)
