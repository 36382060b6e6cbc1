"""OffsetFetch from v8 on asks for many groups; each has its own row, also the same group twice."""

from compat.wire import Wire, commit


def run(broker: Wire) -> None:
    group, topic = broker.name("g"), broker.topic()
    broker.quiet("OffsetCommit", 8, **commit(group, topic, 3))
    all_topics = {"topics": None}
    wanted = [{"group_id": group, **all_topics}, {"group_id": broker.name("none"), **all_topics}]
    broker.ask("OffsetFetch", 8, groups=wanted)
    one = {"group_id": group, "topics": [{"name": topic, "partition_indexes": [0, 0, 5]}]}
    broker.ask("OffsetFetch", 9, groups=[one, one])
    broker.ask("OffsetFetch", 9, groups=[])
