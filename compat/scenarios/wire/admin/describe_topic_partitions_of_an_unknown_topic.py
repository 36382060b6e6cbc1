"""A topic that does not exist is UNKNOWN_TOPIC_OR_PARTITION in its row, in the order of the
names."""

from compat.wire import Wire


def run(broker: Wire) -> None:
    rows = [{"name": broker.name("none")}, {"name": broker.topic("a")}]
    broker.ask("DescribeTopicPartitions", 0, topics=rows)
