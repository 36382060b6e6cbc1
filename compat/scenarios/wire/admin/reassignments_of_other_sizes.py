"""A reassignment that may not change the replication factor is judged by it, too."""

from compat.wire import Wire


def run(broker: Wire) -> None:
    topic = broker.topic()
    for replicas in ([1], [1, 7], [7], [7, 8], [], [1, 1], None):
        row = {"partition_index": 0, "replicas": replicas}
        rows = [{"name": topic, "partitions": [row]}]
        broker.ask(
            "AlterPartitionReassignments",
            1,
            allow_replication_factor_change=False,
            topics=rows,
        )
