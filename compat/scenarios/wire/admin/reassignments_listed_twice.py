"""A topic or a partition that one request lists twice is answered twice."""

from compat.wire import Message, Wire


def run(broker: Wire) -> None:
    topic = broker.topic(partitions=2)
    good: Message = {"partition_index": 0, "replicas": [1]}
    bad: Message = {"partition_index": 0, "replicas": [7]}
    cancel: Message = {"partition_index": 1, "replicas": None}
    for rows in (
        [{"name": topic, "partitions": [good, good, bad, cancel]}],
        [{"name": topic, "partitions": [good]}, {"name": topic, "partitions": [bad]}],
    ):
        broker.ask("AlterPartitionReassignments", 1, topics=rows)
