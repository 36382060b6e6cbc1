"""After DeleteRecords the earliest is the new start, and times find nothing below it."""

from compat.wire import Wire, batch, list_offsets


def run(broker: Wire) -> None:
    topic = broker.topic(retention_ms=-1)
    for at in (1000, 2000, 3000):
        broker.fill(topic, batch(b"x", timestamp=at))
    for offset in (2, -1):
        rows = [{"name": topic, "partitions": [{"partition_index": 0, "offset": offset}]}]
        broker.quiet("DeleteRecords", 2, topics=rows, timeout_ms=5000)
        for timestamp in (-2, -1, 1000, 3000):
            broker.ask("ListOffsets", 7, **list_offsets(topic, timestamp))
