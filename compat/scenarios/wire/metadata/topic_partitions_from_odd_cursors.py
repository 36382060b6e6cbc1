"""A cursor at a topic or partition that does not exist goes on behind it."""

from compat.wire import Wire


def run(broker: Wire) -> None:
    first, second = broker.topic("a", partitions=2), broker.topic("c")
    rows = [{"name": first}, {"name": second}]
    for name, index in ((first, 1), (first, 9), (broker.name("b"), 0), (broker.name("z"), 0)):
        cursor = {"topic_name": name, "partition_index": index}
        broker.outcome("DescribeTopicPartitions", 0, topics=rows, cursor=cursor)
    broker.outcome(
        "DescribeTopicPartitions",
        0,
        topics=rows,
        cursor={"topic_name": first, "partition_index": -1},
    )
