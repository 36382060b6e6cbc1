"""Questions that change nothing: everything that the broker knows, compared with the model."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from simulating.seeds.doubts import settle_offset, settle_partition, settle_transactions
from simulating.seeds.model import OffsetPlace, PartitionModel, Place
from simulating.seeds.moving import ask_homes
from simulating.seeds.producers import note_silence, settle_producers
from simulating.seeds.reading import ReadBatch, Wrong, batches_of, check_row, expect
from wirekafka_protocol.messages.describe_transactions import DescribeTransactionsRequest
from wirekafka_protocol.messages.fetch import FetchPartition, FetchRequest, FetchTopic
from wirekafka_protocol.messages.find_coordinator import FindCoordinatorRequest
from wirekafka_protocol.messages.list_offsets import (
    ListOffsetsPartition,
    ListOffsetsRequest,
    ListOffsetsTopic,
)
from wirekafka_protocol.messages.metadata import MetadataRequest
from wirekafka_protocol.messages.offset_fetch import (
    OffsetFetchRequest,
    OffsetFetchRequestGroup,
    OffsetFetchRequestTopics,
)

if TYPE_CHECKING:
    from simulating.seeds.simulation import Simulation

GROUPS = ("simple", "other")
TRANSACTIONAL_IDS = ("ta", "tb", "tc")
LATEST, EARLIEST = -1, -2
_ALL = 1 << 30
UNSTABLE_OFFSET_COMMIT = 88


async def bring_up_internal_topics(sim: Simulation) -> None:
    """Both coordinators are there; they have small segments, so that they are compacted, too."""
    for key_type in (0, 1):
        for _ in range(20):
            request = FindCoordinatorRequest(key_type=key_type, coordinator_keys=["x"])
            response = await sim.send(request, 4)
            if response.coordinators[0].error_code == 0:
                break
        else:
            raise Wrong("no coordinator")


async def list_offsets(
    sim: Simulation, places: list[Place], timestamp: int, isolation_level: int
) -> dict[Place, int]:
    topics: dict[str, ListOffsetsTopic] = {}
    for name, index in places:
        topic = topics.setdefault(name, ListOffsetsTopic(name, []))
        topic.partitions.append(ListOffsetsPartition(index, timestamp=timestamp))
    response = await sim.send(ListOffsetsRequest(-1, isolation_level, list(topics.values())), 6)
    found = {}
    for topic in response.topics:
        for row in topic.partitions:
            expect(f"ListOffsets of {topic.name}-{row.partition_index}", row.error_code, 0)
            found[topic.name, row.partition_index] = row.offset
    return found


async def ask_ends(sim: Simulation) -> None:
    """Start, stable end and end of every partition."""
    places = sim.cluster.places()
    if not places:
        return
    ends = await list_offsets(sim, places, LATEST, 0)
    stable = await list_offsets(sim, places, LATEST, 1)
    starts = await list_offsets(sim, places, EARLIEST, 0)
    for place in places:
        model = sim.cluster.partition(place)
        assert model is not None
        expect(f"end of {place}", ends[place], model.end)
        expect(f"last stable offset of {place}", stable[place], model.last_stable_offset())
        expect(f"start of {place}", starts[place], model.log_start)


async def ask_everything(sim: Simulation) -> None:
    """Every record under both isolation levels, every offset, every transactional id."""
    for place in sim.cluster.places():
        model = sim.cluster.partition(place)
        assert model is not None
        for committed in (False, True):
            offset = model.log_start
            while True:
                row = await fetch_row(sim, place, offset, committed=committed)
                compacted = sim.cluster.is_compacted(place[0])
                try:
                    end = check_row(row, model, offset, committed=committed, compacted=compacted)
                except Wrong as wrong:
                    raise Wrong(f"{place} from {offset}: {wrong}") from None
                if end == offset:
                    break
                offset = end
    await settle_producers(sim)
    await ask_homes(sim)
    await ask_offsets(sim)
    for row in await describe_transactions(sim):
        one = sim.cluster.transactions.get(row.transactional_id)
        if one is None:
            expect(f"error of {row.transactional_id}", row.error_code, 105)
            continue
        told = row.error_code, row.producer_id, row.producer_epoch, row.transaction_state
        name = f"transactional id {row.transactional_id}"
        expect(name, told, (0, one.producer_id, one.epoch, one.state))
        if one.state == "Ongoing":
            places = {(topic.topic, index) for topic in row.topics for index in topic.partitions}
            expect(f"partitions of {name}", places, one.partitions)


async def fetch_row(
    sim: Simulation, place: Place, offset: int, *, committed: bool, max_bytes: int = _ALL
) -> Any:
    request = fetch_request(place, offset, committed=committed, max_bytes=max_bytes)
    response = await sim.send(request, 11)
    return response.responses[0].partitions[0]


def fetch_request(
    place: Place, offset: int, *, committed: bool, max_bytes: int = _ALL
) -> FetchRequest:
    """For one partition."""
    partition = FetchPartition(
        partition=place[1], fetch_offset=offset, partition_max_bytes=max_bytes
    )
    return FetchRequest(
        isolation_level=int(committed), topics=[FetchTopic(place[0], partitions=[partition])]
    )


async def describe_transactions(sim: Simulation) -> list[Any]:
    response = await sim.send(DescribeTransactionsRequest(list(TRANSACTIONAL_IDS)), 0)
    return list(response.transaction_states)


async def fetch_offsets(
    sim: Simulation, group: str, asked: dict[str, int], *, stable: bool
) -> dict[Place, tuple[int, int]]:
    """Error and offset of all partitions; `asked` has the number of each topic's."""
    topics = [
        OffsetFetchRequestTopics(name, partition_indexes=list(range(count)))
        for name, count in sorted(asked.items())
    ]
    row = OffsetFetchRequestGroup(group, topics=topics)
    response = await sim.send(OffsetFetchRequest(groups=[row], require_stable=stable), 8)
    return {
        (topic.name, row.partition_index): (row.error_code, row.committed_offset)
        for topic in response.groups[0].topics
        for row in topic.partitions
    }


async def ask_offsets(sim: Simulation) -> None:
    topics = {name: len(partitions) for name, partitions in sim.cluster.topics.items()}
    for group in (*GROUPS, sim.group.name, sim.subscribers.name):
        told = await fetch_offsets(sim, group, topics, stable=False)
        stable = await fetch_offsets(sim, group, topics, stable=True)
        for place in sim.cluster.places():
            at = (group, *place)
            sim.cluster.adopt_leftover(at, told[place][1])
            offset = sim.cluster.committed_offset(at)
            expect(f"offset of {at}", told[place], (0, offset))
            unstable = sim.cluster.is_unstable(at)
            if unstable is None:
                continue
            error = UNSTABLE_OFFSET_COMMIT if unstable else 0
            expected = (error, -1 if unstable else offset)
            expect(f"stable offset of {at}", stable[place], expected)


async def find_out(sim: Simulation) -> None:
    """After a crash, or time: see what of the doubts has happened, and that nothing else has.

    All is asked before anything is taken over: if the broker ends meanwhile, the doubts remain.
    """
    doubts = sim.doubts
    try:
        seen = await _look(sim)
    finally:
        sim.doubts = doubts
    _settle_topics(sim, seen.topics)
    if doubts.may_lose_start:
        for states in ([*sim.cluster.transactions.values()], *doubts.states.values()):
            for state in states:
                state.last_epoch = -1  # is not in the log, so it is forgotten
    endings = settle_transactions(sim.cluster, seen.transactions, doubts)
    for place in sim.cluster.places():
        model = sim.cluster.partition(place)
        assert model is not None
        if not model.batches:
            sim.homes.possible.pop(place, None)  # what it has by now may have made it a home
        _settle_start(sim, place, seen.starts[place], doubts)
        found = seen.batches[place]
        settle_partition(sim.cluster, place, found, seen.starts[place], doubts, endings)
        if doubts.may_lose_start:
            model.restarted_at = model.end
            model.awaited.clear()
    for one, kind, _ in endings:
        sim.cluster.settle_offsets(one.producer_id, kind == "COMMIT")
        sim.say(f"    {one.transactional_id} has ended: {kind}")
    for at, told in seen.offsets.items():
        sim.cluster.adopt_leftover(at, told)
        settle_offset(sim.cluster.offsets.setdefault(at, []), at, told, doubts)
    sim.doubts = type(doubts)()
    note_silence(sim)
    await settle_producers(sim, restarted=doubts.may_lose_start)
    await ask_homes(sim, restarted=doubts.may_lose_start)


@dataclass(slots=True)
class _Seen:
    """What the broker says of everything."""

    topics: dict[str, int]
    """Name -> number of partitions."""
    transactions: list[Any]
    starts: dict[Place, int] = field(default_factory=dict)
    batches: dict[Place, list[ReadBatch]] = field(default_factory=dict)
    offsets: dict[OffsetPlace, int] = field(default_factory=dict)


async def _look(sim: Simulation) -> _Seen:
    """Ask for everything; neither model nor doubts are looked at."""
    response = await sim.send(MetadataRequest(None), 9)
    topics = {t.name: len(t.partitions) for t in response.topics if not t.is_internal}
    seen = _Seen(topics, await describe_transactions(sim))
    for place in [(name, n) for name in sorted(topics) for n in range(topics[name])]:
        offset = seen.starts[place] = (await list_offsets(sim, [place], EARLIEST, 0))[place]
        found = seen.batches[place] = []
        while True:
            row = await fetch_row(sim, place, offset, committed=False)
            expect(f"fetching {place} from {offset}", row.error_code, 0)
            batches = batches_of(bytes(row.records or b""))
            if not batches:
                break
            found += batches
            offset = batches[-1].next
    for group in (*GROUPS, sim.group.name, sim.subscribers.name):
        told = await fetch_offsets(sim, group, topics, stable=False)
        seen.offsets |= {(group, *place): offset for place, (_, offset) in told.items()}
    return seen


def _settle_topics(sim: Simulation, found: dict[str, int]) -> None:
    doubts = sim.doubts
    for name, possible in doubts.topics.items():
        count = found.get(name, 0)
        if count not in possible:
            raise Wrong(f"topic {name} has {count} partitions, possible were {possible}")
        if not count and name in sim.cluster.topics:
            sim.cluster.forget_topic(name)
            sim.homes.forget_topic(name)
            for producer in (*sim.idempotent, *sim.transactional):
                for place in [place for place in producer.sent if place[0] == name]:
                    del producer.sent[place]
        elif count and name not in sim.cluster.topics:
            sim.cluster.topics[name] = [PartitionModel() for _ in range(count)]
            sim.cluster.configs[name] = doubts.configs.get(name, {})
        elif count:
            known = sim.cluster.topics[name]
            known += [PartitionModel() for _ in range(count - len(known))]
    expect("topics", found, {name: len(models) for name, models in sim.cluster.topics.items()})


def _settle_start(sim: Simulation, place: Place, start: int, doubts: Any) -> None:
    model = sim.cluster.partition(place)
    assert model is not None
    if start < model.log_start and doubts.may_lose_start:
        model.log_start = start
    elif start > model.log_start:
        if start == doubts.starts.get(place):
            model.log_start = start
        else:
            settle_retention(sim, place, start)
    expect(f"start of {place}", start, model.log_start)


def settle_retention(sim: Simulation, place: Place, start: int) -> None:
    """The log may begin later if all below is older than the topic keeps records."""
    model = sim.cluster.partition(place)
    assert model is not None
    config = sim.cluster.configs.get(place[0], {})
    retention_ms = int(config.get("retention.ms", -1))
    if retention_ms < 0 or "delete" not in config.get("cleanup.policy", "delete"):
        raise Wrong(f"{place} begins at {start}, not at {model.log_start}: nothing expires there")
    now_ms = sim.now_ms()
    for batch in model.batches:
        if model.log_start <= batch.offset < start and batch.timestamp >= now_ms - retention_ms:
            raise Wrong(f"{place} begins at {start}, but {batch} is not old enough")
    model.log_start = start
