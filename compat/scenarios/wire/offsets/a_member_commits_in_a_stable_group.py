"""A member of the current generation commits, in each version, and from another connection, too."""

from compat.wire import Wire, commit, committed


def run(broker: Wire) -> None:
    group, topic = broker.name("g"), broker.topic()
    member = broker.stable_group(group)
    for version in range(2, 10):
        body = commit(group, topic, version, member_id=member, generation=1)
        broker.ask("OffsetCommit", version, on=broker.connect("another"), **body)
    broker.ask("OffsetFetch", 8, **committed(group, topic))
