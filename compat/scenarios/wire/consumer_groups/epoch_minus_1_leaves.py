"""A heartbeat with epoch -1 leaves; the member is unknown then and the group empty."""

from compat.wire import Wire
from compat.wire.coordinators import beat, enter, known_topic


def run(broker: Wire) -> None:
    group = broker.name("g")
    topic = known_topic(broker, near=group)
    broker.quiet("ConsumerGroupHeartbeat", 1, **enter(group, "m", topic))
    broker.ask("ConsumerGroupHeartbeat", 1, **beat(group, "m", -1))
    broker.ask("ConsumerGroupHeartbeat", 1, **beat(group, "m", 2))
    broker.ask("ConsumerGroupHeartbeat", 1, **beat(group, "m", -1))
    broker.ask("ConsumerGroupDescribe", 1, group_ids=[group])
