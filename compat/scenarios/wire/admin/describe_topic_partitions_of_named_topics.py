"""DescribeTopicPartitions has partitions with eligible leaders as empty lists, and always
authorized operations."""

from compat.wire import Wire


def run(broker: Wire) -> None:
    topic, other = broker.topic("b", partitions=2), broker.topic("a")
    rows = [{"name": topic}, {"name": other}]
    broker.ask("DescribeTopicPartitions", 0, topics=rows)
    broker.ask("DescribeTopicPartitions", 0, topics=[rows[0], rows[0]])
