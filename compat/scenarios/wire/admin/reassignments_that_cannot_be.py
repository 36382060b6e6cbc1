"""Unknown brokers, none, or one twice is INVALID_REPLICA_ASSIGNMENT; unknown partitions are 3."""

from compat.wire import Wire


def run(broker: Wire) -> None:
    topic = broker.topic()
    for replicas in ([7], [], [1, 1], [-1]):
        row = {"partition_index": 0, "replicas": replicas}
        rows = [{"name": topic, "partitions": [row]}]
        broker.ask("AlterPartitionReassignments", 0, topics=rows)
    row = {"partition_index": 9, "replicas": [1]}
    rows = [
        {"name": topic, "partitions": [row]},
        {"name": broker.name("none"), "partitions": [row]},
    ]
    broker.ask("AlterPartitionReassignments", 0, topics=rows)
    broker.ask("AlterPartitionReassignments", 0, topics=[])
