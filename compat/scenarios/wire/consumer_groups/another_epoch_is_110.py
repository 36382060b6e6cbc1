"""An epoch above the member's is FENCED_MEMBER_EPOCH; so is an older one; below -2 is
INVALID_REQUEST."""

from compat.wire import Wire
from compat.wire.coordinators import beat, enter, known_topic


def run(broker: Wire) -> None:
    group = broker.name("g")
    topic = known_topic(broker, near=group)
    broker.quiet("ConsumerGroupHeartbeat", 1, **enter(group, "m", topic))
    for epoch in (9, 1, -3):
        broker.ask("ConsumerGroupHeartbeat", 1, **beat(group, "m", epoch))
    broker.ask("ConsumerGroupHeartbeat", 1, **beat(group, "m", 1, topic_partitions=[]))
