"""OffsetFetch v9 looks at member and epoch when they are given: 25 for an unknown member, 113
for another epoch."""

from compat.wire import Wire, commit, committed
from compat.wire.coordinators import enter, known_topic


def run(broker: Wire) -> None:
    group = broker.name("g")
    topic = known_topic(broker, near=group)
    broker.quiet("ConsumerGroupHeartbeat", 1, **enter(group, "m", topic))
    broker.quiet("OffsetCommit", 9, **commit(group, topic, 3, member_id="m", generation=2))
    for member, epoch in (("m", 2), ("m", 1), ("m", 9), ("nobody", 2), (None, -1)):
        body = committed(group, topic, member_id=member, member_epoch=epoch)
        broker.ask("OffsetFetch", 9, **body)
