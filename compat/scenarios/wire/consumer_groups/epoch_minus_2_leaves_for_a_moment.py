"""A static member leaves with -2 and keeps its assignment for whoever comes back with its
instance id."""

from compat.wire import Wire
from compat.wire.coordinators import beat, enter, known_topic


def run(broker: Wire) -> None:
    group, static = broker.name("g"), {"instance_id": "one"}
    topic = known_topic(broker, near=group)
    broker.quiet("ConsumerGroupHeartbeat", 1, **enter(group, "m", topic, **static))
    broker.ask("ConsumerGroupHeartbeat", 1, **beat(group, "m", -2, **static))
    broker.ask("ConsumerGroupDescribe", 1, group_ids=[group])
    broker.ask("ConsumerGroupHeartbeat", 1, **enter(group, "n", topic, **static))
    broker.ask("ConsumerGroupHeartbeat", 1, **beat(group, "m", 2, **static))
    broker.ask("ConsumerGroupHeartbeat", 1, **beat(group, "n", -1, **static))
