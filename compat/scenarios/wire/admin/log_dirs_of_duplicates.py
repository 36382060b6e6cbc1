"""DescribeLogDirs of a topic or a partition listed twice, and of a topic without partitions."""

from compat.wire import Message, Wire


def run(broker: Wire) -> None:
    topic = broker.topic(partitions=2)

    def shape(answer: Message) -> list[Message]:
        return [row["topics"] for row in answer["results"]]

    for rows in (
        [{"topic": topic, "partitions": [0, 0]}],
        [{"topic": topic, "partitions": [0]}, {"topic": topic, "partitions": [1]}],
        [{"topic": topic, "partitions": []}],
        [{"topic": "", "partitions": [0]}, {"topic": topic, "partitions": [-1]}],
    ):
        for version in (1, 2, 5):
            broker.ask("DescribeLogDirs", version, show=shape, topics=rows)
