"""Compaction drops the records of aborted transactions, and keeps the last committed one of each
key."""

import time
from typing import Any

from compat.wire import TRANSACTIONAL, Message, Wire, batch, fetch, produce, read_batches
from compat.wire.coordinators import add_partitions, begin, ended

SETTINGS = {"log.cleaner.backoff.ms": "200"}


def run(broker: Wire) -> None:
    topic = broker.topic(
        cleanup_policy="compact",
        min_cleanable_dirty_ratio="0.0",
        segment_ms=1,
        max_compaction_lag_ms=1,
    )
    for committed in (True, False):
        name, producer = begin(broker, f"tx-{committed}")
        broker.quiet("AddPartitionsToTxn", 3, **add_partitions(name, producer, topic))
        records = batch(
            (b"a", b"%d" % committed), attributes=TRANSACTIONAL, producer=(*producer, 0)
        )
        broker.quiet("Produce", 9, **produce(topic, records, transactional_id=name))
        ended(broker, name, producer, committed=committed)
        time.sleep(0.01)  # so that the next batch begins a segment
    broker.fill(topic, batch((b"b", b"1")))
    time.sleep(0.01)
    broker.fill(topic, batch((b"c", b"end")))
    broker.until(_cleaned, "Fetch", 12, **fetch((topic, 0)))
    broker.ask("Fetch", 12, show=_records, **fetch((topic, 0), isolation_level=1))


def _cleaned(answer: Message) -> bool:
    """The aborted record, at offset 2, is gone, and what is left is in one segment."""
    offsets = [offset for offset, _ in _records(answer)]
    return 2 not in offsets and 4 in offsets


def _records(answer: Message) -> list[Any]:
    """Without what a second cleaning changes in the batches."""
    data = answer["responses"][0]["partitions"][0]["records"]
    return [
        [record["offset"], record.get("control") or record["value"]]
        for batch in read_batches(data)
        for record in batch["records"]
    ]
