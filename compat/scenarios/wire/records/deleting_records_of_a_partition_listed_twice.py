"""DeleteRecords of a partition that is listed twice: the last offset counts, whatever the order."""

from compat.wire import Wire, batch, list_offsets


def run(broker: Wire) -> None:
    topic = broker.topic()
    broker.fill(topic, batch(b"a"), batch(b"b"), batch(b"c"))
    for first, second in ((2, 1), (9, 2), (3, 9)):
        rows = [{"partition_index": 0, "offset": offset} for offset in (first, second)]
        topics = [{"name": topic, "partitions": rows}]
        broker.ask("DeleteRecords", 2, topics=topics, timeout_ms=5000)
        broker.ask("ListOffsets", 6, **list_offsets(topic, -2))
    topics = [
        {"name": topic, "partitions": [{"partition_index": 0, "offset": offset}]}
        for offset in (3, 0)
    ]
    broker.ask("DeleteRecords", 2, topics=topics, timeout_ms=5000)
    broker.ask("ListOffsets", 6, **list_offsets(topic, -2))
