"""A limit of 0 or less, or a very high one, is no error."""

from compat.wire import Wire


def run(broker: Wire) -> None:
    rows = [{"name": broker.topic(partitions=2)}]
    for limit in (0, -1, 1_000_000):
        broker.ask("DescribeTopicPartitions", 0, topics=rows, response_partition_limit=limit)
