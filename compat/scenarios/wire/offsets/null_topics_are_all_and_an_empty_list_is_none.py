"""OffsetFetch with null topics (v2 on) returns all that the group has; with an empty list
nothing."""

from compat.wire import Wire, commit, committed


def run(broker: Wire) -> None:
    group, topic, other = broker.name("g"), broker.topic(), broker.topic("other")
    for version in (2, 8, 9):
        broker.ask("OffsetFetch", version, **committed(group, version=version))
    broker.quiet("OffsetCommit", 8, **commit(group, topic, 3))
    broker.quiet("OffsetCommit", 8, **commit(group, other, 4))
    for version in (2, 7, 8, 9):
        broker.ask("OffsetFetch", version, **committed(group, version=version))
    broker.ask("OffsetFetch", 7, group_id=group, topics=[])
    broker.ask("OffsetFetch", 8, groups=[{"group_id": group, "topics": []}])
