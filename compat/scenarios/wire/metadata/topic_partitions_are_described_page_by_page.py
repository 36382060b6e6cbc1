"""DescribeTopicPartitions stops at the limit and says where to go on."""

from compat.wire import Wire


def run(broker: Wire) -> None:
    rows = [{"name": broker.topic("b", partitions=2)}, {"name": broker.topic("a", partitions=2)}]
    cursor = None
    for _ in range(3):
        answer = broker.ask(
            "DescribeTopicPartitions", 0, topics=rows, response_partition_limit=3, cursor=cursor
        )
        cursor = answer["next_cursor"]
        if cursor is None:
            break
    for limit in (1, 0, -1):
        broker.outcome("DescribeTopicPartitions", 0, topics=rows, response_partition_limit=limit)
