"""With delete.retention.ms 0 a tombstone goes with the second cleaning, and its key is
forgotten."""

import time

from compat.wire import Message, Wire, batch, fetch, read_batches

SETTINGS = {"log.cleaner.backoff.ms": "200"}


def run(broker: Wire) -> None:
    topic = broker.topic(
        cleanup_policy="compact",
        min_cleanable_dirty_ratio="0.0",
        segment_ms=1,
        max_compaction_lag_ms=1,
        delete_retention_ms=0,
    )
    for value in (b"1", None):
        broker.fill(topic, batch((b"a", value), (b"b", b"1")))
        time.sleep(0.01)
    broker.fill(topic, batch((b"c", b"1")))
    broker.until(lambda answer: _first(answer) >= 2, "Fetch", 12, **fetch((topic, 0)))
    for number in range(100):
        time.sleep(0.02)
        broker.fill(topic, batch((b"c", b"%d" % number)))
        if b"\x02a\x01" not in _records(broker.quiet("Fetch", 12, **fetch((topic, 0)))):
            break
    broker.ask("Fetch", 12, show=_before_c, **fetch((topic, 0)))


def _records(answer: Message) -> bytes:
    return bytes(answer["responses"][0]["partitions"][0]["records"] or b"")


def _first(answer: Message) -> int:
    return int.from_bytes(_records(answer)[:8], "big")


def _before_c(answer: Message) -> Message:
    """The first batch: how many of the others are left is a matter of time."""
    records = _records(answer)
    (first,) = read_batches(records[: 12 + int.from_bytes(records[8:12], "big")])
    for record in first["records"]:
        del record["timestamp_delta"]  # from the time when tombstones may go
    return first
