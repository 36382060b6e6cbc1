"""DescribeTopicPartitions answers by name, unknown ones with 3, and always fills in authorized
operations."""

from compat.wire import Wire


def run(broker: Wire) -> None:
    topics = [broker.topic("b", partitions=2), broker.topic("a"), broker.name("none")]
    broker.ask("DescribeTopicPartitions", 0, topics=[{"name": topic} for topic in topics])
    rows = [{"name": topics[1]}, {"name": topics[1]}]
    broker.ask("DescribeTopicPartitions", 0, topics=rows)
