"""A group whose last offset was deleted is still there, and can be deleted."""

from compat.wire import Wire, commit


def run(broker: Wire) -> None:
    group, topic = broker.name("g"), broker.topic()
    broker.quiet("OffsetCommit", 8, **commit(group, topic, 3))
    rows = [{"name": topic, "partitions": [{"partition_index": 0}]}]
    for _ in range(2):
        broker.ask("OffsetDelete", 0, group_id=group, topics=rows)
    broker.ask("DescribeGroups", 6, groups=[group])
    broker.ask("DeleteGroups", 2, groups_names=[group])
