"""DescribeLogDirs shows the bytes of each partition by log directory, from v4 on those of the
volume, too."""

from compat.wire import Message, Wire, batch


def run(broker: Wire) -> None:
    def volumes(answer: Message) -> Message:
        for row in answer["results"]:
            for field in ("total_bytes", "usable_bytes"):
                if field in row:
                    row[field] = row[field] > 0
        return answer

    topic = broker.topic(partitions=2)
    broker.fill(topic, batch(b"a" * 100, timestamp=1_700_000_000_000))
    rows = [{"topic": topic, "partitions": [0, 1]}]
    for version in range(1, 6):
        broker.ask("DescribeLogDirs", version, show=volumes, topics=rows)
