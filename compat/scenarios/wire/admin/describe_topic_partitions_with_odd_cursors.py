"""A cursor may name a topic that is gone or not asked for: the answer begins behind it; a
negative partition is 42."""

from compat.wire import Wire


def run(broker: Wire) -> None:
    first, last = broker.topic("a", partitions=2), broker.topic("c", partitions=2)
    rows = [{"name": first}, {"name": last}]
    for short, partition in (("b", 0), ("a", 1), ("a", 9), ("c", 0), ("d", 0), ("a", -1)):
        cursor = {"topic_name": broker.name(short), "partition_index": partition}
        broker.ask("DescribeTopicPartitions", 0, topics=rows, cursor=cursor)
