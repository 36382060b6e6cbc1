"""After DeleteRecords what lies below the log's start is 1, and the start itself is readable."""

from compat.wire import Wire, batch, fetch


def run(broker: Wire) -> None:
    topic = broker.topic()
    broker.fill(topic, batch(b"a"), batch(b"b"), batch(b"c"))
    rows = [{"name": topic, "partitions": [{"partition_index": 0, "offset": 2}]}]
    broker.quiet("DeleteRecords", 2, topics=rows, timeout_ms=5000)
    for offset in (0, 1, 2):
        broker.ask("Fetch", 12, **fetch((topic, offset)))
