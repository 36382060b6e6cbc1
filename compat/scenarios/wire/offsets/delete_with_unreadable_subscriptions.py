"""A group of consumers whose metadata nobody can read keeps all of its topics."""

from compat.wire import Wire, commit, committed


def run(broker: Wire) -> None:
    group, topic = broker.name("g"), broker.topic()
    member = broker.stable_group(group, protocols=(("range", b"meta"),))
    broker.quiet("OffsetCommit", 8, **commit(group, topic, 3, member_id=member, generation=1))
    rows = [{"name": topic, "partitions": [{"partition_index": 0}]}]
    broker.ask("OffsetDelete", 0, group_id=group, topics=rows)
    broker.ask("OffsetFetch", 8, **committed(group))
