"""Records of a topic that is only compacted cannot be deleted: POLICY_VIOLATION; with delete,
too, they can."""

from compat.wire import Wire, batch


def run(broker: Wire) -> None:
    for short, policy in (("c", "compact"), ("d", "compact,delete")):
        topic = broker.topic(short, cleanup_policy=policy)
        broker.fill(topic, batch((b"k", b"v")))
        rows = [{"name": topic, "partitions": [{"partition_index": 0, "offset": 1}]}]
        broker.ask("DeleteRecords", 2, topics=rows, timeout_ms=10_000)
