"""-3 of a log whose records were all deleted."""

from compat.wire import Wire, batch, list_offsets

DIFFERS = "Kafka answers an offset below the log's start, which nobody can read; we find nothing"


def run(broker: Wire) -> None:
    topic = broker.topic(retention_ms=-1)
    broker.fill(topic, batch(b"x", timestamp=1000))
    rows = [{"name": topic, "partitions": [{"partition_index": 0, "offset": -1}]}]
    broker.quiet("DeleteRecords", 2, topics=rows, timeout_ms=5000)
    broker.ask("ListOffsets", 7, **list_offsets(topic, -3))
