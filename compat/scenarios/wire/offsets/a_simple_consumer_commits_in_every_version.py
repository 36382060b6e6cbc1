"""Generation -1 without a member is good for a group that does not exist or is empty, in each
version."""

from compat.wire import Wire, commit, committed


def run(broker: Wire) -> None:
    group, topic = broker.name("g"), broker.topic()
    for version in range(2, 10):
        broker.ask("OffsetCommit", version, **commit(group, topic, version))
        broker.ask("OffsetFetch", 8, **committed(group, topic))
