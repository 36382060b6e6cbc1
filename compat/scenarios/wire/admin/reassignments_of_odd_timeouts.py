"""However much time a reassignment or the list of them is given, it is answered."""

from compat.wire import Wire


def run(broker: Wire) -> None:
    topic = broker.topic()
    rows = [{"name": topic, "partitions": [{"partition_index": 0, "replicas": [1]}]}]
    wanted = [{"name": topic, "partition_indexes": [0]}]
    for timeout in (60_000, 1_000, 2**31 - 1):
        broker.ask("AlterPartitionReassignments", 1, timeout_ms=timeout, topics=rows)
        broker.ask("ListPartitionReassignments", 0, timeout_ms=timeout, topics=wanted)
    for timeout in (0, -1):
        broker.ask("ListPartitionReassignments", 0, timeout_ms=timeout, topics=wanted)
