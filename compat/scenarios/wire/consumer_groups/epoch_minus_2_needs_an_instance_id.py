"""Leaving with -2 without an instance id is INVALID_REQUEST."""

from compat.wire import Wire
from compat.wire.coordinators import beat, enter, known_topic


def run(broker: Wire) -> None:
    group = broker.name("g")
    topic = known_topic(broker, near=group)
    broker.quiet("ConsumerGroupHeartbeat", 1, **enter(group, "m", topic))
    broker.ask("ConsumerGroupHeartbeat", 1, **beat(group, "m", -2))
