"""OffsetCommit v9 takes the member epoch; another epoch is STALE_MEMBER_EPOCH, an unknown member
25."""

from compat.wire import Wire, commit, committed
from compat.wire.coordinators import enter, known_topic


def run(broker: Wire) -> None:
    group = broker.name("g")
    topic = known_topic(broker, near=group)
    broker.quiet("ConsumerGroupHeartbeat", 1, **enter(group, "m", topic))
    for epoch in (2, 1, 9):
        body = commit(group, topic, 3, member_id="m", generation=epoch)
        broker.ask("OffsetCommit", 9, **body)
    broker.ask("OffsetCommit", 9, **commit(group, topic, 3, member_id="nobody", generation=2))
    broker.ask("OffsetCommit", 9, **commit(group, topic, 3))
    broker.ask("OffsetFetch", 8, **committed(group, topic))
