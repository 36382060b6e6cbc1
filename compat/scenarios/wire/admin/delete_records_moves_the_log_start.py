"""DeleteRecords answers the new start, which the admin then sees as the earliest offset; -1 is
the end."""

from compat.wire import Wire, batch, fetch, list_offsets


def run(broker: Wire) -> None:
    topic = broker.topic()
    broker.fill(topic, batch(b"a", b"b", b"c"), batch(b"d"))
    for version, offset in ((0, 1), (1, 0), (2, 3), (2, -1), (2, -1)):
        row = {"partition_index": 0, "offset": offset}
        rows = [{"name": topic, "partitions": [row]}]
        broker.ask("DeleteRecords", version, topics=rows, timeout_ms=10_000)
        broker.ask("ListOffsets", 6, **list_offsets(topic, -2))
    broker.ask("Fetch", 12, **fetch((topic, 0)))
