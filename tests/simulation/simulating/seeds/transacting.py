"""Transactional producers of both generations, good ones and zombies that share their ids."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from simulating.seeds.asking import GROUPS, TRANSACTIONAL_IDS
from simulating.seeds.model import (
    CONCURRENT_TRANSACTIONS,
    INVALID_PRODUCER_EPOCH,
    INVALID_PRODUCER_ID_MAPPING,
    INVALID_TXN_STATE,
    PRODUCER_FENCED,
    TRANSACTION_ABORTABLE,
    UNKNOWN_TOPIC_OR_PARTITION,
    Batch,
    OffsetWrite,
    Place,
    TransactionModel,
)
from simulating.seeds.reading import expect
from simulating.seeds.writing import (
    know_producer,
    produce_one,
    produce_request,
    repeated,
    rows_of,
    some_batch,
    some_place,
)
from wirekafka_protocol.messages.add_offsets_to_txn import AddOffsetsToTxnRequest
from wirekafka_protocol.messages.add_partitions_to_txn import (
    AddPartitionsToTxnRequest,
    AddPartitionsToTxnTopic,
)
from wirekafka_protocol.messages.end_txn import EndTxnRequest
from wirekafka_protocol.messages.init_producer_id import InitProducerIdRequest
from wirekafka_protocol.messages.txn_offset_commit import (
    TxnOffsetCommitRequest,
    TxnOffsetCommitRequestPartition,
    TxnOffsetCommitRequestTopic,
)

if TYPE_CHECKING:
    from simulating.seeds.simulation import Simulation

PRODUCERS = 5
OFFSETS_TOPIC = "__consumer_offsets"
TIMEOUTS_MS = (15_000, 60_000, 600_000)
_PRODUCER_FENCED_SINCE = {"init": 4, "add": 2, "add_offsets": 2, "end": 2}


@dataclass(slots=True)
class TransactionalProducer:
    """A client. What it believes of its id may be out of date; then it is a zombie."""

    tid: str
    is_v2: bool
    timeout_ms: int
    producer_id: int = -1
    epoch: int = -1
    sent: dict[Place, list[Batch]] = field(default_factory=dict)
    is_begun: bool = False
    must_abort: bool = False

    def __str__(self) -> str:
        kind = "v2" if self.is_v2 else "v1"
        return f"{self.tid}/{kind} {self.producer_id}/{self.epoch}"


async def step(sim: Simulation) -> None:
    if len(sim.transactional) < PRODUCERS:
        tid = TRANSACTIONAL_IDS[len(sim.transactional) % len(TRANSACTIONAL_IDS)]
        timeout_ms = sim.rng.choice(TIMEOUTS_MS)
        producer = TransactionalProducer(tid, sim.rng.random() < 0.5, timeout_ms)
        sim.transactional.append(producer)
    producer = sim.rng.choice(sim.transactional)
    if producer.producer_id < 0 or sim.rng.random() < 0.04:
        await initialise(sim, producer)
        return
    one = sim.cluster.transactions[producer.tid]
    is_zombie = one.wrong_producer(producer.producer_id, producer.epoch) != 0
    if is_zombie and sim.rng.random() < 0.4:
        await initialise(sim, producer)
        return
    draw = sim.rng.random()
    if draw < 0.12 and not producer.is_v2:
        await add_partitions(sim, producer)
    elif draw < 0.65:
        await produce(sim, producer)
    elif draw < 0.78:
        await commit_offsets(sim, producer)
    else:
        await end(sim, producer)


def coordinator_error(sim: Simulation, producer: TransactionalProducer) -> int:
    one = sim.cluster.transactions.get(producer.tid)
    if one is None:
        return INVALID_PRODUCER_ID_MAPPING
    return one.wrong_producer(producer.producer_id, producer.epoch)


def fenced_as(error: int, request: str, version: int) -> int:
    """Clients of old do not know PRODUCER_FENCED."""
    if error == PRODUCER_FENCED and version < _PRODUCER_FENCED_SINCE[request]:
        return INVALID_PRODUCER_EPOCH
    return error


# -- InitProducerId --------------------------------------------------------------------------------


async def initialise(sim: Simulation, producer: TransactionalProducer) -> None:
    """Until it has an epoch. Over an open transaction it is told to try again once."""
    for _ in range(3):
        if await _initialise_once(sim, producer) != CONCURRENT_TRANSACTIONS:
            return
    raise AssertionError(f"{producer} cannot be initialised")


async def _initialise_once(sim: Simulation, producer: TransactionalProducer) -> int:
    one = sim.cluster.transactions.get(producer.tid)
    bumps = producer.producer_id >= 0 and sim.rng.random() < 0.3
    expected_id, expected_epoch = (producer.producer_id, producer.epoch) if bumps else (-1, -1)
    version = sim.rng.randint(3 if bumps else 0, 5)
    request = InitProducerIdRequest(producer.tid, producer.timeout_ms, expected_id, expected_epoch)
    sim.say(f"init {producer} version {version} {'from its epoch' * bumps}")
    error = _init_error(one, expected_id, expected_epoch)
    if one is None:
        _doubt_new_id(sim, producer)
    elif not error:
        sim.doubts.transaction(
            one, lambda s: _initialised(s, producer, expected_id, expected_epoch)
        )
    elif error == CONCURRENT_TRANSACTIONS:
        sim.doubts.transaction(one, lambda s: s.end(False, raises=True))
    response = await sim.send(request, version)
    if error == CONCURRENT_TRANSACTIONS:
        sim.cluster.end_transaction(producer.tid, False, raises=True, now_ms=sim.now_ms())
    expect(f"InitProducerId of {producer}", response.error_code, fenced_as(error, "init", version))
    if error:
        return error
    if one is None:
        used = {other.producer_id for other in sim.cluster.transactions.values()}
        used |= {other.producer_id for other in sim.idempotent}
        assert response.producer_id not in used, "a producer id was given out twice"
        one = TransactionModel(producer.tid, response.producer_id, 0, producer.timeout_ms)
        sim.cluster.transactions[producer.tid] = one
    else:
        _initialised(one, producer, expected_id, expected_epoch)
    told = response.producer_id, response.producer_epoch
    expect(f"epoch of {producer}", told, (one.producer_id, one.epoch))
    producer.producer_id, producer.epoch = told
    producer.is_begun = producer.must_abort = False
    return 0


def _init_error(one: TransactionModel | None, expected_id: int, expected_epoch: int) -> int:
    if one is None:
        return 0
    if expected_id >= 0 and expected_id != one.producer_id:
        return PRODUCER_FENCED
    if one.state == "Ongoing":
        return CONCURRENT_TRANSACTIONS
    if expected_id >= 0 and expected_epoch not in (one.epoch, one.last_epoch):
        return PRODUCER_FENCED
    return 0


def _initialised(
    one: TransactionModel, producer: TransactionalProducer, expected_id: int, expected_epoch: int
) -> None:
    one.state = "Empty"
    one.timeout_ms = producer.timeout_ms
    if expected_id >= 0 and expected_epoch != one.epoch:
        return  # its first answer was lost
    one.last_epoch = one.epoch if expected_id >= 0 else -1
    one.epoch += 1


def _doubt_new_id(sim: Simulation, producer: TransactionalProducer) -> None:
    """Which producer id it would have got only the broker knows."""
    sim.doubts.new_ids.append((producer.tid, producer.timeout_ms))


# -- adding and producing --------------------------------------------------------------------------


async def add_partitions(sim: Simulation, producer: TransactionalProducer) -> None:
    places = {some_place(sim) for _ in range(sim.rng.randint(1, 3))}
    version = sim.rng.randint(0, 3)
    topics: dict[str, AddPartitionsToTxnTopic] = {}
    for name, index in sorted(places):
        topics.setdefault(name, AddPartitionsToTxnTopic(name, [])).partitions.append(index)
    request = AddPartitionsToTxnRequest(
        [], producer.tid, producer.producer_id, producer.epoch, list(topics.values())
    )
    sim.say(f"add {sorted(places)} {producer} version {version}")
    error = coordinator_error(sim, producer)
    missing = {place for place in places if sim.cluster.partition(place) is None}
    one = sim.cluster.transactions[producer.tid]
    now_ms = sim.now_ms()
    if not error and not missing:
        sim.doubts.transaction(one, lambda s: s.add(places, now_ms))
    response = await sim.send(request, version)
    for topic in response.results_by_topic_v3_and_below:
        for row in topic.results_by_partition:
            at = topic.name, row.partition_index
            if missing:
                expected = UNKNOWN_TOPIC_OR_PARTITION if at in missing else 55
            else:
                expected = fenced_as(error, "add", version)
            expect(f"adding {at} to {producer}", row.partition_error_code, expected)
    if not error and not missing:
        one.add(places, now_ms)


async def produce(sim: Simulation, producer: TransactionalProducer) -> None:
    place = some_place(sim)
    model = sim.cluster.partition(place)
    one = sim.cluster.transactions[producer.tid]
    if model is None:
        return
    if not producer.is_v2 and one.state == "Ongoing" and sim.rng.random() < 0.8:
        # Mostly where it may, as a good client does.
        places = [at for at in sorted(one.partitions) if sim.cluster.partition(at) is not None]
        place = sim.rng.choice(places or [place])
        model = sim.cluster.partition(place)
        assert model is not None
    await know_producer(sim, model, producer.producer_id)
    sent = producer.sent.setdefault(place, [])
    batch = repeated(sim, place, sent) if sent and sim.rng.random() < 0.15 else None
    if batch is None:
        batch = some_batch(
            sim,
            place,
            producer_id=producer.producer_id,
            epoch=producer.epoch,
            sequence=model.next_sequence(producer.producer_id, producer.epoch),
            is_transactional=True,
        )
    sent.append(batch)
    version = 12 if producer.is_v2 else sim.rng.choice((8, 10, 11))
    await _produce_in_transaction(sim, producer, place, batch, version)


async def _produce_in_transaction(
    sim: Simulation, producer: TransactionalProducer, place: Place, batch: Batch, version: int
) -> None:
    model = sim.cluster.partition(place)
    one = sim.cluster.transactions[producer.tid]
    assert model is not None
    error = 0
    now_ms = sim.now_ms()
    adds = False
    if not model.has_open(batch.producer_id, batch.epoch):
        model.wants_to_begin(batch)
        error = one.wrong_producer(batch.producer_id, batch.epoch)
        if error == PRODUCER_FENCED:
            error = INVALID_PRODUCER_EPOCH
        elif not error and version >= 12:
            adds = True
            sim.doubts.transaction(one, lambda s: s.add({place}, now_ms))
        elif not error and (one.state != "Ongoing" or place not in one.partitions):
            error = TRANSACTION_ABORTABLE if version >= 11 else INVALID_TXN_STATE
    if error:
        sim.say(f"produce to be refused with {error}: {producer} {place} version {version}")
        await expect_refused(sim, place, batch, producer.tid, version, error)
        return
    result = await produce_one(sim, place, batch, producer.tid, version)
    if adds:
        one.add({place}, now_ms)
    if not result:
        producer.is_begun = True


async def expect_refused(
    sim: Simulation, place: Place, batch: Batch, tid: str, version: int, error: int
) -> None:
    response = await sim.send(produce_request(sim, [(place, batch)], version, tid=tid), version)
    expect(f"error of {place}", rows_of(response)[place].error_code, error)


# -- offsets ---------------------------------------------------------------------------------------


async def commit_offsets(sim: Simulation, producer: TransactionalProducer) -> None:
    place = some_place(sim)
    if sim.cluster.partition(place) is None:
        return
    group = sim.rng.choice(GROUPS)
    one = sim.cluster.transactions[producer.tid]
    home = OFFSETS_TOPIC, java_hash(group) % 2
    now_ms = sim.now_ms()
    error = coordinator_error(sim, producer)
    if not producer.is_v2:
        version = sim.rng.randint(0, 4)
        sim.say(f"add offsets of {group} {producer} version {version}")
        if not error:
            sim.doubts.transaction(one, lambda s: s.add({home}, now_ms))
        request = AddOffsetsToTxnRequest(producer.tid, producer.producer_id, producer.epoch, group)
        response = await sim.send(request, version)
        told = fenced_as(error, "add_offsets", version)
        expect(f"adding {group} to {producer}", response.error_code, told)
        if error:
            return
        one.add({home}, now_ms)
    version = 5 if producer.is_v2 else sim.rng.randint(0, 4)
    sim.counter += 1
    offset = sim.counter
    row = TxnOffsetCommitRequestPartition(place[1], offset)
    commit = TxnOffsetCommitRequest(
        producer.tid, group, producer.producer_id, producer.epoch,
        topics=[TxnOffsetCommitRequestTopic(place[0], [row])],
    )  # fmt: skip
    sim.say(f"offset {offset} of {group} {place} {producer} version {version}")
    at = (group, *place)
    write = OffsetWrite(offset, producer.producer_id)
    if not error:
        if producer.is_v2:
            sim.doubts.transaction(one, lambda s: s.add({home}, now_ms))
        sim.doubts.offsets.append((at, write))
        producer.must_abort = True
    response = await sim.send(commit, version)
    if error == PRODUCER_FENCED:
        error = INVALID_PRODUCER_EPOCH
    expect(f"offset by {producer}", response.topics[0].partitions[0].error_code, error)
    if error:
        return
    producer.must_abort = False
    if producer.is_v2:
        one.add({home}, now_ms)
    writes = sim.cluster.offsets.setdefault(at, [])
    writes[:] = [w for w in writes if w.producer_id != producer.producer_id]
    writes.append(write)


def java_hash(text: str) -> int:
    """Of Java's String, as a coordinator is found with it."""
    found = 0
    for character in text:
        found = (31 * found + ord(character)) & 0xFFFFFFFF
    return min(found, (1 << 32) - found)


# -- the end ---------------------------------------------------------------------------------------


def may_commit(sim: Simulation, producer: TransactionalProducer) -> bool:
    """Not while nobody knows what belongs to the transaction."""
    one = sim.cluster.transactions[producer.tid]
    is_doubtful = any(
        write.is_doubtful and write.producer_id == one.producer_id
        for writes in sim.cluster.offsets.values()
        for write in writes
    )
    return not producer.must_abort and not is_doubtful


async def end(sim: Simulation, producer: TransactionalProducer) -> None:
    one = sim.cluster.transactions[producer.tid]
    commit = sim.rng.random() < 0.65 and may_commit(sim, producer)
    version = 5 if producer.is_v2 else sim.rng.randint(0, 4)
    protocol = 2 if producer.is_v2 else 1
    error = one.judge_end(producer.producer_id, producer.epoch, commit, protocol)
    kind = "commit" if commit else "abort"
    sim.say(f"{kind} {producer} version {version}: {one.state} {one.producer_id}/{one.epoch}")
    if error == 0:
        sim.doubts.transaction(one, lambda s: s.end(commit, raises=producer.is_v2))
    request = EndTxnRequest(producer.tid, producer.producer_id, producer.epoch, commit)
    response = await sim.send(request, version)
    told = fenced_as(error or 0, "end", version)
    expect(f"{kind} of {producer}", response.error_code, told)
    if error == 0:
        is_ongoing = one.state == "Ongoing"
        sim.cluster.end_transaction(
            producer.tid, commit, raises=producer.is_v2, now_ms=sim.now_ms()
        )
        producer.is_begun = producer.must_abort = False
        sim.result.transactions += is_ongoing
    if not error and producer.is_v2:
        expect(
            f"next epoch of {producer}",
            (response.producer_id, response.producer_epoch),
            (one.producer_id, one.epoch),
        )
        producer.epoch = response.producer_epoch
