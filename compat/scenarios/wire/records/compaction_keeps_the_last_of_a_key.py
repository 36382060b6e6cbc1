"""A compacted log keeps the last record of each key, with the offsets that they had."""

from compat.wire import Message, Wire, batch, fetch

FEATURE = "compaction"
SETTINGS = {"log.cleaner.backoff.ms": "200", "log.segment.delete.delay.ms": "0"}


def run(broker: Wire) -> None:
    topic = broker.topic(
        cleanup_policy="compact",
        min_cleanable_dirty_ratio="0.0",
        segment_ms=1,
        max_compaction_lag_ms=1,
    )
    for value in (b"1", b"2", b"3"):
        broker.fill(topic, batch((b"a", value), (b"b", value)))
    broker.fill(topic, batch((b"c", b"end")))
    broker.until(_cleaned, "Fetch", 12, **fetch((topic, 0)))
    broker.ask("Fetch", 12, **fetch((topic, 0)))


def _cleaned(answer: Message) -> bool:
    row = answer["responses"][0]["partitions"][0]
    return len(row["records"] or b"") < 250
