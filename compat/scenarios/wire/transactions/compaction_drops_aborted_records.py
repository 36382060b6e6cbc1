"""Compaction drops the records of aborted transactions, and keeps the last committed one of each
key."""

import time

from compat.wire import TRANSACTIONAL, Message, Wire, batch, fetch, produce
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
    broker.until(_cleaned, "Fetch", 12, **fetch((topic, 2)))
    for offset in (0, 2, 3, 4):
        broker.ask("Fetch", 12, show=_values, **fetch((topic, offset), isolation_level=1))


def _cleaned(answer: Message) -> bool:
    """The aborted record, at offset 2, is gone or empty."""
    records = answer["responses"][0]["partitions"][0]["records"] or b""
    return b"\x02a\x020" not in records


def _values(answer: Message) -> Message:
    row = answer["responses"][0]["partitions"][0]
    return {key: row[key] for key in ("last_stable_offset", "records")}
