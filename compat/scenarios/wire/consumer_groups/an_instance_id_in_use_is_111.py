"""A new static member with the instance id of another is UNRELEASED_INSTANCE_ID, as long as that
one is there."""

from compat.wire import Wire
from compat.wire.coordinators import beat, enter, known_topic


def run(broker: Wire) -> None:
    group, static = broker.name("g"), {"instance_id": "one"}
    topic = known_topic(broker, near=group)
    broker.ask("ConsumerGroupHeartbeat", 1, **enter(group, "m", topic, **static))
    broker.ask("ConsumerGroupHeartbeat", 1, **enter(group, "n", topic, **static))
    broker.ask("ConsumerGroupHeartbeat", 1, **beat(group, "m", 2, **static))
