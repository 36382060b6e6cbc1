"""DescribeProducers of what does not exist, of duplicates and of nothing, row by row."""

from compat.wire import Message, Wire


def run(broker: Wire) -> None:
    topic = broker.topic()
    rows: list[Message] = [
        {"name": topic, "partition_indexes": [0, 0, 1, -1]},
        {"name": broker.name("none"), "partition_indexes": [0]},
        {"name": "", "partition_indexes": [0]},
        {"name": topic, "partition_indexes": []},
    ]
    for row in rows:
        broker.ask("DescribeProducers", 0, topics=[row])
    broker.ask("DescribeProducers", 0, topics=rows)
    broker.ask("DescribeProducers", 0, topics=[])
