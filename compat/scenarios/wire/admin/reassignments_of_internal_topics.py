"""Internal topics are reassigned as others are."""

from compat.wire import Wire


def run(broker: Wire) -> None:
    broker.stable_group(broker.name("g"))
    row = {"partition_index": 0, "replicas": [1]}
    wrong = {"partition_index": 1, "replicas": [7]}
    rows = [{"name": "__consumer_offsets", "partitions": [row, wrong]}]
    broker.ask("AlterPartitionReassignments", 1, topics=rows)
