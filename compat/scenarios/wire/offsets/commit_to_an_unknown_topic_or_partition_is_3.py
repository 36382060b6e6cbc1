"""A topic or partition that does not exist is UNKNOWN_TOPIC_OR_PARTITION in its row; the others
are stored."""

from compat.wire import Wire, committed


def run(broker: Wire) -> None:
    group, topic = broker.name("g"), broker.topic(partitions=2)
    offset = {"committed_offset": 4, "committed_metadata": ""}
    rows = [{"partition_index": index, **offset} for index in (0, 9, 1, -1)]
    topics = [
        {"name": topic, "partitions": rows},
        {"name": broker.name("none"), "partitions": rows[:1]},
        {"name": "", "partitions": rows[:1]},
    ]
    broker.ask("OffsetCommit", 8, group_id=group, topics=topics)
    broker.ask("OffsetFetch", 8, **committed(group))
