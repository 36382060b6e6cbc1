"""DeleteRecords beyond the end, or to a negative offset other than -1, is 1."""

from compat.wire import Wire, batch, list_offsets


def run(broker: Wire) -> None:
    topic = broker.topic()
    broker.fill(topic, batch(b"a"))
    for offset in (2, 9, -2, -(2**63)):
        rows = [{"name": topic, "partitions": [{"partition_index": 0, "offset": offset}]}]
        broker.ask("DeleteRecords", 2, topics=rows, timeout_ms=5000)
    broker.ask("ListOffsets", 6, **list_offsets(topic, -2))
