"""A reassignment whose timeout is 0 or negative has no time left."""

from compat.wire import Wire


def run(broker: Wire) -> None:
    topic = broker.topic()
    rows = [{"name": topic, "partitions": [{"partition_index": 0, "replicas": [1]}]}]
    for timeout in (0, -1):
        for version in (0, 1):
            broker.ask("AlterPartitionReassignments", version, timeout_ms=timeout, topics=rows)
    for timeout in (0, -1):
        broker.ask("AlterPartitionReassignments", 0, timeout_ms=timeout, topics=[])
