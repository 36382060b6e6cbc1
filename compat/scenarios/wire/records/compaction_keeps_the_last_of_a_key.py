"""A compacted log keeps the last record of each key, with the offsets that they had."""

import time

from compat.wire import Message, Wire, batch, fetch

SETTINGS = {"log.cleaner.backoff.ms": "200"}


def run(broker: Wire) -> None:
    topic = broker.topic(
        cleanup_policy="compact",
        min_cleanable_dirty_ratio="0.0",
        segment_ms=1,
        max_compaction_lag_ms=1,
    )
    for value in (b"1", b"2", b"3"):
        broker.fill(topic, batch((b"a", value), (b"b", value)))
        time.sleep(0.01)  # so that each batch is in a segment of its own
    broker.fill(topic, batch((b"c", b"end")))
    broker.until(_cleaned, "Fetch", 12, **fetch((topic, 0)))
    for offset in (0, 6):
        broker.ask("Fetch", 12, **fetch((topic, offset)))


def _cleaned(answer: Message) -> bool:
    """Offsets 0 to 3 are gone: the first batch begins behind them."""
    records = answer["responses"][0]["partitions"][0]["records"] or b""
    return len(records) > 8 and int.from_bytes(records[:8], "big") >= 4
