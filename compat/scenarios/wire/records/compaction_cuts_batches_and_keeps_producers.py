"""What compaction leaves of batches: some records, or none of the last batch of an idempotent
producer; all with the offsets, sequences and codecs that they had."""

import time

from compat.wire import LZ4, Message, Wire, batch, fetch

SETTINGS = {"log.cleaner.backoff.ms": "200"}


def run(broker: Wire) -> None:
    topic = broker.topic(
        cleanup_policy="compact",
        min_cleanable_dirty_ratio="0.0",
        segment_ms=1,
        max_compaction_lag_ms=1,
    )
    for content in (
        batch((b"a", b"1"), (b"b", b"1"), (b"c", b"1"), (b"a", b"2")),
        batch((b"x", b"1"), (b"c", b"2"), (b"y", b"1"), compression=LZ4),
        batch((b"x", b"2"), (b"a", b"3"), producer=(700, 0, 0)),
        batch((b"x", b"3"), (b"a", b"4")),
    ):
        broker.fill(topic, content)
        time.sleep(0.01)  # so that each batch is in a segment of its own
    broker.fill(topic, batch((b"d", b"end")))
    broker.until(_cleaned, "Fetch", 12, **fetch((topic, 0)))
    for offset in (0, 2, 5, 8, 9):
        broker.ask("Fetch", 12, **fetch((topic, offset)))


def _cleaned(answer: Message) -> bool:
    """The first batch has one record left: it is shorter than it was."""
    records = answer["responses"][0]["partitions"][0]["records"] or b""
    return len(records) > 61 and int.from_bytes(records[57:61], "big") == 1
