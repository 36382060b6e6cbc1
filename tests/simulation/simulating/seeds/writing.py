"""Producers without transactions: plain ones, and idempotent ones that repeat and skip."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from simulating.seeds.model import (
    DUPLICATE_WINDOW,
    OUT_OF_ORDER_SEQUENCE_NUMBER,
    UNKNOWN_TOPIC_OR_PARTITION,
    Batch,
    PartitionModel,
    Place,
)
from simulating.seeds.producers import settle_producers
from simulating.seeds.reading import expect
from simulating.seeds.world import Hurt
from wirekafka_protocol.messages.init_producer_id import InitProducerIdRequest
from wirekafka_protocol.messages.produce import (
    PartitionProduceData,
    ProduceRequest,
    TopicProduceData,
)
from wirekafka_protocol.records.record import Record, build_batch

if TYPE_CHECKING:
    from simulating.seeds.simulation import Simulation

PRODUCERS = 3
INVALID_TIMESTAMP = 32
TIMESTAMP_AFTER_MAX_MS = 3_600_000
"""message.timestamp.after.max.ms; a clock may be set back by that much."""
_TRANSACTIONAL = 0x10
_ZSTD = 7
"""The first version of Produce with which it may be used."""
_KEYS = (b"k0", b"k1", b"k2", b"k3")


@dataclass(slots=True)
class IdempotentProducer:
    """`sent` is what it sent to each partition, acknowledged or not."""

    producer_id: int
    epoch: int = 0
    sent: dict[Place, list[Batch]] = field(default_factory=dict)


def some_place(sim: Simulation) -> Place:
    """Nearly always one that exists."""
    places = sim.cluster.places()
    if places and sim.rng.random() < 0.97:
        return sim.rng.choice(places)
    return "nowhere", 0


def some_batch(sim: Simulation, place: Place, **fields: Any) -> Batch:
    """New values; keys where the topic is compacted, and now and then no value."""
    compacted = sim.cluster.is_compacted(place[0])
    values: list[tuple[bytes | None, bytes | None]] = []
    for _ in range(sim.rng.randint(1, 4)):
        sim.counter += 1
        key = sim.rng.choice(_KEYS) if compacted else None
        is_tombstone = compacted and sim.rng.random() < 0.1
        padding = sim.rng.choice((0, 0, 10, 200, sim.rng.choice((200, 30_000))))
        values.append((key, None if is_tombstone else b"%d:" % sim.counter + bytes(padding)))
    batch = Batch(values, sim.now_ms(), **fields)
    batch.is_stamped = sim.cluster.is_stamped(place[0])
    return batch


def encoded(sim: Simulation, batch: Batch, version: int) -> bytes:
    records = [Record(i, batch.timestamp, *pair) for i, pair in enumerate(batch.values)]
    return build_batch(
        records,
        compression=sim.rng.choice((0, 0, 0, 1, 2, 3, 4 if version >= _ZSTD else 0)),
        attributes=_TRANSACTIONAL if batch.is_transactional else 0,
        producer_id=batch.producer_id,
        producer_epoch=batch.epoch,
        base_sequence=batch.sequence,
    )


def produce_request(
    sim: Simulation,
    batches: list[tuple[Place, Batch]],
    version: int,
    *,
    acks: int = -1,
    tid: str | None = None,
) -> ProduceRequest:
    topics: dict[str, TopicProduceData] = {}
    for place, batch in batches:
        topic = topics.setdefault(place[0], TopicProduceData(place[0], partition_data=[]))
        topic.partition_data.append(PartitionProduceData(place[1], encoded(sim, batch, version)))
    return ProduceRequest(tid, acks, 1000, list(topics.values()))


def rows_of(response: Any) -> dict[Place, Any]:
    return {
        (topic.name, row.index): row
        for topic in response.responses
        for row in topic.partition_responses
    }


async def produce_plain(sim: Simulation) -> None:
    places = sorted({some_place(sim) for _ in range(sim.rng.choice((1, 1, 1, 2, 3)))})
    batches = [(place, some_batch(sim, place)) for place in places]
    is_known = all(sim.cluster.partition(place) is not None for place in places)
    acks = sim.rng.choice((0, 1, -1)) if is_known else -1
    for place, batch in batches:
        sim.say(f"produce {place} acks={acks} {batch}")
        if sim.cluster.partition(place) is not None:
            sim.doubts.appends.append((place, batch))
    doubts = sim.doubts
    version = sim.rng.randint(5, 12)
    request = produce_request(sim, batches, version, acks=acks)
    if acks == 0:
        # Nobody is told anything; but here nothing can be lost in a network either.
        asked = await sim.world.ask(sim.world.peer, request, version)
        assert asked.response is None
        if asked.is_closed or sim.world.disk.broken:
            sim.doubts = doubts
            raise Hurt("a write without an answer")
        sim.doubts = type(doubts)()
    else:
        rows = rows_of(await sim.send(request, version))
    for place, batch in batches:
        model = sim.cluster.partition(place)
        if model is None:
            expect(f"error of {place}", rows[place].error_code, UNKNOWN_TOPIC_OR_PARTITION)
            continue
        if acks:
            row = rows[place]
            told = row.error_code, row.base_offset, row.log_start_offset
            expect(f"produce to {place}", told, (0, model.end, model.log_start))
        model.append(batch)
        sim.result.records += batch.count


async def produce_idempotent(sim: Simulation) -> None:
    if len(sim.idempotent) < PRODUCERS:
        await new_producer(sim)
        return
    producer = sim.rng.choice(sim.idempotent)
    place = some_place(sim)
    if producer.sent and sim.rng.random() < 0.7:
        place = next(iter(producer.sent))  # so that there are enough batches of one producer
    model = sim.cluster.partition(place)
    if model is None:
        return
    await know_producer(sim, model, producer.producer_id)
    sent = producer.sent.setdefault(place, [])
    kind = sim.rng.random()
    epoch = max(producer.epoch, model.recent(producer.producer_id)[0])
    if sent and kind < 0.3:
        batch = repeated(sim, place, sent)
        if batch is None:
            return
    else:
        sequence = model.next_sequence(producer.producer_id, epoch)
        if kind > 0.95:
            sequence += sim.rng.randint(1, 3)
        batch = some_batch(
            sim, place, producer_id=producer.producer_id, epoch=epoch, sequence=sequence
        )
    sent.append(batch)
    await produce_one(sim, place, batch, None, sim.rng.randint(3, 12))


async def know_producer(sim: Simulation, model: PartitionModel, producer_id: int) -> None:
    """Whether the partition has forgotten it must be clear before it is written to."""
    if producer_id in model.may_forget:
        await settle_producers(sim)


async def new_producer(sim: Simulation) -> None:
    sim.say("a new idempotent producer")
    response = await sim.send(InitProducerIdRequest(None, 1000), sim.rng.randint(0, 5))
    expect("InitProducerId", (response.error_code, response.producer_epoch), (0, 0))
    used = {producer.producer_id for producer in sim.idempotent}
    used |= {one.producer_id for one in sim.cluster.transactions.values()}
    assert response.producer_id not in used, "a producer id was given out twice"
    sim.idempotent.append(IdempotentProducer(response.producer_id))


def repeated(sim: Simulation, place: Place, sent: list[Batch]) -> Batch | None:
    """One of its last batches again, around the window in which it is known to be a duplicate.

    None where Kafka, too, may have forgotten it: it is not in the log any more.
    """
    model = sim.cluster.partition(place)
    assert model is not None
    batch = sim.rng.choice(sent[-5:])
    _, known = model.recent(batch.producer_id)
    edge = sim.rng.choice((0, DUPLICATE_WINDOW, DUPLICATE_WINDOW, DUPLICATE_WINDOW + 1))
    if 0 < edge <= len(known):
        batch = known[-edge]
    oldest = min((one.offset for one in known[-6:]), default=model.end)
    if oldest < model.log_start or sim.cluster.is_compacted(place[0]):
        return None
    forgotten_at = model.forgotten.get(batch.producer_id, model.end)
    if forgotten_at < model.restarted_at and batch not in known:
        return None  # a start may have brought back what was forgotten
    known = [one for one in known if one.offset < model.restarted_at]
    if any(one.sequence == batch.sequence for one in known[:-1]):
        return None
    return Batch(
        list(batch.values),
        sim.now_ms() if batch.is_stamped else batch.timestamp,
        batch.producer_id,
        batch.epoch,
        batch.sequence,
        batch.is_transactional,
        is_stamped=batch.is_stamped,
    )


async def produce_one(
    sim: Simulation, place: Place, batch: Batch, tid: str | None, version: int
) -> int:
    """Send the batch of a producer that the partition may know; returns the error."""
    model = sim.cluster.partition(place)
    assert model is not None
    sim.say(f"produce {place} version {version} {tid or ''} {batch}")
    error, earlier = model.judge(batch)
    if batch.timestamp - sim.now_ms() > TIMESTAMP_AFTER_MAX_MS:
        error, earlier = INVALID_TIMESTAMP, None
    if tid and version >= 12 and model.recent(batch.producer_id)[0] < 0 and batch.sequence:
        error = OUT_OF_ORDER_SEQUENCE_NUMBER  # what was before may have been deleted
    may_be_new = is_forgotten(model, batch)
    may_be_new = may_be_new and error != INVALID_TIMESTAMP
    if (not error or may_be_new) and earlier is None:
        sim.doubts.appends.append((place, batch))
    request = produce_request(sim, [(place, batch)], version, tid=tid)
    rows = rows_of(await sim.send(request, version))
    row = rows[place]
    if may_be_new and row.error_code == OUT_OF_ORDER_SEQUENCE_NUMBER:
        return OUT_OF_ORDER_SEQUENCE_NUMBER
    if error and not (may_be_new and not row.error_code):
        expect(f"error of {place}", row.error_code, error)
        return error
    offset = model.end if earlier is None else earlier.offset
    what = "produce to" if earlier is None else f"duplicate of {earlier} in"
    expect(f"{what} {place}", (row.error_code, row.base_offset), (0, offset))
    if earlier is None:
        model.append(batch)
        sim.result.records += batch.count
    return 0


def is_forgotten(model: PartitionModel, batch: Batch) -> bool:
    """Whether all that the producer wrote here is below the start of the log."""
    _, known = model.recent(batch.producer_id)
    return bool(batch.sequence) and (not known or known[-1].end <= model.log_start)
