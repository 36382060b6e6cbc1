"""DescribeQuorum of anything but partition 0 of the metadata topic is an error."""

from compat.wire import Wire


def run(broker: Wire) -> None:
    for name, partition in (("__cluster_metadata", 1), (broker.topic(), 0)):
        wanted = [{"topic_name": name, "partitions": [{"partition_index": partition}]}]
        broker.ask("DescribeQuorum", 2, topics=wanted)
    broker.ask("DescribeQuorum", 2, topics=[])
