"""DeleteRecords to an offset makes it the low watermark; an earlier one changes nothing; -1 is
the end."""

from compat.wire import Wire, batch, list_offsets


def run(broker: Wire) -> None:
    topic = broker.topic()
    broker.fill(topic, batch(b"a"), batch(b"b"), batch(b"c"))
    for version, offset in ((0, 1), (1, 0), (2, 2), (2, -1)):
        rows = [{"name": topic, "partitions": [{"partition_index": 0, "offset": offset}]}]
        broker.ask("DeleteRecords", version, topics=rows, timeout_ms=5000)
        broker.ask("ListOffsets", 6, **list_offsets(topic, -2))
