"""OffsetDelete removes what it names; what never was committed is no error; unknown topics are
3."""

from compat.wire import Wire, commit, committed


def run(broker: Wire) -> None:
    group, topic, other = broker.name("g"), broker.topic(partitions=2), broker.topic("other")
    broker.quiet("OffsetCommit", 8, **commit(group, topic, 3))
    broker.quiet("OffsetCommit", 8, **commit(group, other, 4))
    indexes = [{"partition_index": index} for index in (0, 1, 7)]
    rows = [
        {"name": topic, "partitions": indexes},
        {"name": broker.name("none"), "partitions": indexes[:1]},
    ]
    broker.ask("OffsetDelete", 0, group_id=group, topics=rows)
    broker.ask("OffsetFetch", 8, **committed(group))
