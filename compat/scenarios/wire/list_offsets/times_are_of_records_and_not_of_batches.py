"""A time finds the record, not the batch: within a batch the first one that is not before it,
though an earlier batch reaches further."""

from compat.wire import Wire, batch, list_offsets


def run(broker: Wire) -> None:
    topic = broker.topic(retention_ms=-1)
    broker.fill(
        topic,
        batch(b"a", timestamp=1000, max_timestamp=9000),
        batch(b"b", b"c", timestamp=5000),
        batch(b"d", timestamp=3000),
    )
    for timestamp in (1000, 1001, 3000, 5000, 5001, 9000, -3):
        broker.ask("ListOffsets", 7, **list_offsets(topic, timestamp))
