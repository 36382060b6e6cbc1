"""A reassignment to where a partition is changes neither its leader epoch nor its replicas."""

from compat.wire import Wire


def run(broker: Wire) -> None:
    topic = broker.topic()
    rows = [{"name": topic, "partitions": [{"partition_index": 0, "replicas": [1]}]}]
    broker.ask("AlterPartitionReassignments", 1, topics=rows)
    broker.ask(
        "DescribeTopicPartitions",
        0,
        topics=[{"name": topic}],
        show=lambda answer: answer["topics"][0]["partitions"],
    )
