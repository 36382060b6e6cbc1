"""One request reassigns what can be and says of the others why not, partition by partition."""

from compat.wire import Wire


def run(broker: Wire) -> None:
    topic = broker.topic(partitions=3)
    rows = [
        {"partition_index": 0, "replicas": [1]},
        {"partition_index": 1, "replicas": [1, 2]},
        {"partition_index": 2, "replicas": [2, 1, 2]},
        {"partition_index": 3, "replicas": [1]},
        {"partition_index": -1, "replicas": None},
        {"partition_index": 2, "replicas": None},
    ]
    broker.ask("AlterPartitionReassignments", 1, topics=[{"name": topic, "partitions": rows}])
    broker.ask("ListPartitionReassignments", 0, show=lambda a: broker.mine(a["topics"], "name"))
