"""A log directory fails while a transaction is open, and the broker lives on without it.

What lies elsewhere is served as before; what lay there is KAFKA_STORAGE_ERROR. A transaction can be
ended: its decision counts, and while a marker cannot be written its producer hears
CONCURRENT_TRANSACTIONS. With the next start the directory is there again, and every marker is.
"""

from __future__ import annotations

import errno
from typing import TYPE_CHECKING, Any

from simulating.seeds.asking import fetch_request
from simulating.seeds.model import CONCURRENT_TRANSACTIONS, Place
from simulating.seeds.moving import ask_homes
from simulating.seeds.reading import Wrong, check_row, expect
from simulating.seeds.transacting import TransactionalProducer, coordinator_error, may_commit
from simulating.seeds.world import Hurt
from simulating.seeds.writing import produce_request, rows_of, some_batch
from wirekafka_protocol.messages.end_txn import EndTxnRequest
from wirekafka_protocol.messages.init_producer_id import InitProducerIdRequest

if TYPE_CHECKING:
    from simulating.seeds.simulation import Simulation

KAFKA_STORAGE_ERROR = 56
_NO_COORDINATOR = (14, 15, 16)
"""Its own log was in the directory."""


async def lose_directory(sim: Simulation) -> None:
    producer = _with_open_transaction(sim)
    if producer is None or sim.world.disk.is_armed:
        return
    await ask_homes(sim)
    folder = sim.rng.choice(sim.world.folders)
    homes = {place: sim.homes.possible[place] for place in sim.cluster.places()}
    lost = [place for place in homes if homes[place] == {folder}]
    kept = [place for place in homes if place not in lost and place not in sim.homes.wanted]
    if not lost:
        return
    sim.say(f"{folder[-1]} fails under the transaction of {producer}")
    await _break(sim, folder, sim.rng.choice(lost))
    for place in lost:
        row = await _fetch(sim, place)
        expect(f"fetch of {place}, which is lost", row.error_code, KAFKA_STORAGE_ERROR)
    for place in kept:
        await _use(sim, place)
    await _end(sim, producer, lost)
    raise Hurt("enough of a life without a directory")


def _with_open_transaction(sim: Simulation) -> TransactionalProducer | None:
    found = [
        producer
        for producer in sim.transactional
        if producer.producer_id >= 0
        and not coordinator_error(sim, producer)
        and sim.cluster.transactions[producer.tid].state == "Ongoing"
        and not sim.has_timed_out(producer.tid)
    ]
    return sim.rng.choice(found) if found else None


async def _break(sim: Simulation, folder: str, place: Place) -> None:
    """The next write there fails, and nobody knows how much of it was done."""
    sim.world.disk.break_in(1, folder, errno.EIO)
    batch = some_batch(sim, place)
    sim.doubts.appends.append((place, batch))
    response = await sim.world.question(produce_request(sim, [(place, batch)], 9), 9)
    if response is not None:
        expect(f"produce to {place}", rows_of(response)[place].error_code, KAFKA_STORAGE_ERROR)
    if not sim.world.is_hurt:
        raise Wrong(f"a write to {place} failed, and its directory is not offline")


async def _fetch(sim: Simulation, place: Place, *, committed: bool = False) -> Any:
    model = sim.cluster.partition(place)
    assert model is not None
    request = fetch_request(place, model.log_start, committed=committed)
    response = await sim.world.question(request, 11)
    return response.responses[0].partitions[0]


async def _use(sim: Simulation, place: Place) -> None:
    """Read and write where all is well."""
    model = sim.cluster.partition(place)
    assert model is not None
    compacted = sim.cluster.is_compacted(place[0])
    for committed in (False, True):
        row = await _fetch(sim, place, committed=committed)
        check_row(row, model, model.log_start, committed=committed, compacted=compacted)
    batch = some_batch(sim, place)
    sim.say(f"produce {place} without the directory {batch}")
    response = await sim.world.question(produce_request(sim, [(place, batch)], 9), 9)
    row = rows_of(response)[place]
    expect(f"produce to {place}", (row.error_code, row.base_offset), (0, model.end))
    model.append(batch)
    sim.result.records += batch.count


async def _end(sim: Simulation, producer: TransactionalProducer, lost: list[Place]) -> None:
    one = sim.cluster.transactions[producer.tid]
    commit = sim.rng.random() < 0.6 and may_commit(sim, producer)
    version = 5 if producer.is_v2 else 4
    lacks_marker = bool(one.partitions & set(lost))
    sim.say(f"{'commit' if commit else 'abort'} {producer} without the directory")
    sim.doubts.transaction(one, lambda s: s.end(commit, raises=producer.is_v2))
    request = EndTxnRequest(producer.tid, producer.producer_id, producer.epoch, commit)
    response = await sim.world.question(request, version)
    if response is None or response.error_code in (*_NO_COORDINATOR, KAFKA_STORAGE_ERROR):
        return
    expect(f"end of {producer}", response.error_code, 0)
    sim.doubts.promised[producer.tid] = "CompleteCommit" if commit else "CompleteAbort"
    if lacks_marker:
        again = InitProducerIdRequest(producer.tid, producer.timeout_ms)
        response = await sim.world.question(again, 4)
        expect(f"init of {producer}", response.error_code, CONCURRENT_TRANSACTIONS)
