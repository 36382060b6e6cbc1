"""While members join the next generation, those of the old one may still commit."""

from compat.wire import Wire, commit, committed, join


def run(broker: Wire) -> None:
    group, topic, connection = broker.name("g"), broker.topic(), broker.connect()
    member = broker.stable_group(group)
    connection.send("JoinGroup", 3, **join(group))
    broker.rebalancing(group, member)
    broker.ask("OffsetCommit", 8, **commit(group, topic, 6, member_id=member, generation=1))
    broker.ask("OffsetFetch", 8, **committed(group, topic))
