"""DeleteRecords needs the policy delete: a topic that is only compacted is 44, an internal one
17."""

from compat.wire import Wire, batch


def run(broker: Wire) -> None:
    compacted = broker.topic("c", cleanup_policy="compact")
    both = broker.topic("b", cleanup_policy="compact,delete")
    for topic in (compacted, both):
        broker.fill(topic, batch((b"k", b"a")))
        rows = [{"name": topic, "partitions": [{"partition_index": 0, "offset": 1}]}]
        broker.ask("DeleteRecords", 2, topics=rows, timeout_ms=5000)
    rows = [{"name": "__consumer_offsets", "partitions": [{"partition_index": 0, "offset": 0}]}]
    broker.ask("DeleteRecords", 2, topics=rows, timeout_ms=5000)
