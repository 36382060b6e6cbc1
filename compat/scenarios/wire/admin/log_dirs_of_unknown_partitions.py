"""DescribeLogDirs leaves out partitions that do not exist; null topics are all of them."""

from compat.wire import Message, Wire


def run(broker: Wire) -> None:
    def topics(answer: Message) -> list[list[Message]]:
        return [broker.mine(row["topics"], "name") for row in answer["results"]]

    topic = broker.topic()
    rows = [{"topic": topic, "partitions": [9]}, {"topic": broker.name("none"), "partitions": [0]}]
    broker.ask("DescribeLogDirs", 4, show=topics, topics=rows)
    broker.ask("DescribeLogDirs", 4, show=topics, topics=[])
    broker.ask("DescribeLogDirs", 4, show=topics, topics=None)
