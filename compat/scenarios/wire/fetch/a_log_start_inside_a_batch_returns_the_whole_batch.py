"""DeleteRecords into the middle of a batch: that batch is still returned whole from there on."""

from compat.wire import Wire, batch, fetch


def run(broker: Wire) -> None:
    topic = broker.topic()
    broker.fill(topic, batch(b"a", b"b", b"c"), batch(b"d"))
    rows = [{"name": topic, "partitions": [{"partition_index": 0, "offset": 1}]}]
    broker.quiet("DeleteRecords", 2, topics=rows, timeout_ms=5000)
    for offset in (0, 1):
        broker.ask("Fetch", 12, **fetch((topic, offset)))
