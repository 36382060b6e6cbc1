"""A member that the group does not have is UNKNOWN_MEMBER_ID, unless it joins."""

from compat.wire import Wire
from compat.wire.coordinators import beat, enter, known_topic


def run(broker: Wire) -> None:
    group = broker.name("g")
    topic = known_topic(broker, near=group)
    broker.quiet("ConsumerGroupHeartbeat", 1, **enter(group, "m", topic))
    for epoch in (2, -1):
        broker.ask("ConsumerGroupHeartbeat", 1, **beat(group, "nobody", epoch))
