"""A reassignment to the brokers that hold a partition already is done at once; null cancels what
is not there: 85."""

from compat.wire import Wire


def run(broker: Wire) -> None:
    topic = broker.topic()
    for version in (0, 1):
        for replicas in ([1], None):
            row = {"partition_index": 0, "replicas": replicas}
            rows = [{"name": topic, "partitions": [row]}]
            broker.ask("AlterPartitionReassignments", version, topics=rows)
