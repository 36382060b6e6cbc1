"""DescribeTopicPartitions without topics is of all topics."""

from compat.wire import Wire


def run(broker: Wire) -> None:
    broker.topic("a")
    broker.ask(
        "DescribeTopicPartitions",
        0,
        topics=[],
        show=lambda a: {**a, "topics": broker.mine(a["topics"], "name")},
    )
