"""What partitions know of producers: their epochs, last batches and open transactions (KIP-664).

A producer that was silent for producer.id.expiration.ms may be forgotten, by the clock on the wall;
when exactly the broker looks is its own affair. So the model only says who may be forgotten, and
then the broker is asked. Whoever may not be forgotten must be known, as in the model.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simulating.seeds.model import PartitionModel, Place
from simulating.seeds.reading import Wrong, expect
from wirekafka_protocol.messages.describe_producers import DescribeProducersRequest, TopicRequest

if TYPE_CHECKING:
    from simulating.seeds.simulation import Simulation

EXPIRATION_MS = 7_200_000
CHECK_INTERVAL_MS = 60_000
_SLACK_MS = 10_000
"""A marker is written a moment before the model hears of it."""


def note_silence(sim: Simulation) -> None:
    """Time has passed, or the clock was set: more producers may be forgotten now."""
    for place in sim.cluster.places():
        model = sim.cluster.partition(place)
        assert model is not None
        silent_since = sim.now_ms() - EXPIRATION_MS + _SLACK_MS
        is_open = model.open_transactions()
        last = {batch.producer_id: batch for batch in model.batches}
        model.may_forget |= {
            producer_id
            for producer_id, batch in last.items()
            if producer_id not in is_open and batch.timestamp <= silent_since
        }


async def settle_producers(sim: Simulation, *, restarted: bool = False) -> None:
    """See that every partition knows whom it must know, and note whom it has forgotten.

    A start may bring back a producer that was forgotten, if the clock has been set back since.
    """
    places = sim.cluster.places()
    if not places:
        return
    topics: dict[str, TopicRequest] = {}
    for name, index in places:
        topics.setdefault(name, TopicRequest(name, [])).partition_indexes.append(index)
    response = await sim.send(DescribeProducersRequest(list(topics.values())), 0)
    for topic in response.topics:
        for row in topic.partitions:
            at = topic.name, row.partition_index
            expect(f"DescribeProducers of {at}", row.error_code, 0)
            model = sim.cluster.partition(at)
            assert model is not None
            told = {one.producer_id: one for one in row.active_producers}
            loses_markers = restarted and sim.cluster.is_compacted(at[0])
            _settle(at, model, told, restarted=restarted, loses_markers=loses_markers)


def _settle(
    place: Place,
    model: PartitionModel,
    told: dict[int, Any],
    *,
    restarted: bool,
    loses_markers: bool,
) -> None:
    """`loses_markers`: of a marker compaction leaves an empty batch, from which nothing is learned
    when the state is made anew (`ProducerAppendInfo.append`)."""
    for producer_id in sorted({batch.producer_id for batch in model.batches} - {-1}):
        epoch, batches = model.recent(producer_id)
        if producer_id in told and restarted and producer_id in model.forgotten:
            _remember(model, told[producer_id])
            epoch, batches = model.recent(producer_id)
        if producer_id not in told:
            may_be_gone = producer_id in model.may_forget or model.is_below_start(producer_id)
            if epoch >= 0 and not may_be_gone and not (loses_markers and not batches):
                raise Wrong(f"{place} does not know producer {producer_id} any more")
            model.forgotten[producer_id] = model.end
            model.may_forget.discard(producer_id)
            continue
        if epoch < 0:
            raise Wrong(f"{place} knows producer {producer_id} again: {told[producer_id]!r}")
        _compare(place, model, told[producer_id])
    for producer_id in told.keys() - {batch.producer_id for batch in model.batches}:
        raise Wrong(f"{place} knows producer {producer_id}, who never wrote there")


def _remember(model: PartitionModel, told: Any) -> None:
    """A start reads the log: a forgotten producer is there again, or all of one that was known by
    what it has written since alone."""
    producer_id = told.producer_id
    known_from = model.forgotten[producer_id]
    epoch, _ = model.recent(producer_id)
    del model.forgotten[producer_id]
    _, batches = model.recent(producer_id)
    last = batches[-1].last_sequence if batches else -1
    if epoch >= 0 and told.last_sequence != last:
        model.forgotten[producer_id] = known_from


def _compare(place: Place, model: PartitionModel, told: Any) -> None:
    producer_id = told.producer_id
    epoch, batches = model.recent(producer_id)
    name = f"producer {producer_id} in {place}"
    expect(f"epoch of {name}", told.producer_epoch, epoch)
    first_offset = model.open_transactions().get(producer_id, -1)
    expect(f"open transaction of {name}", told.current_txn_start_offset, first_offset)
    if not model.is_below_start(producer_id):
        last = batches[-1].last_sequence if batches else -1
        expect(f"last sequence of {name}", told.last_sequence, last)
