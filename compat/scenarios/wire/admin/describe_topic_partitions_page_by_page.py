"""With a limit the answer has a cursor, and with that cursor it goes on where it ended, until
there is none."""

from compat.wire import Wire


def run(broker: Wire) -> None:
    topics = [broker.topic(short, partitions=3) for short in ("a", "b", "c")]
    rows = [{"name": topic} for topic in topics]
    cursor = None
    for _ in range(6):
        answer = broker.ask(
            "DescribeTopicPartitions",
            0,
            topics=rows,
            response_partition_limit=2,
            cursor=cursor,
        )
        cursor = answer["next_cursor"]
        if cursor is None:
            break
