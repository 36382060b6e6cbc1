"""A commit with an empty list, or with a topic without partitions, has an empty answer and makes
no group."""

from compat.wire import Wire


def run(broker: Wire) -> None:
    group, topic = broker.name("g"), broker.topic()
    broker.ask("OffsetCommit", 8, group_id=group, topics=[])
    broker.ask("OffsetCommit", 8, group_id=group, topics=[{"name": topic, "partitions": []}])
    broker.ask("DescribeGroups", 6, groups=[group])
