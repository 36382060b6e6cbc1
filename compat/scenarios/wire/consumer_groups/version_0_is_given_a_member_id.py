"""Version 0 may join without a member id and is given one, in Kafka's form of a UUID."""

from compat.wire import Wire
from compat.wire.coordinators import enter, known_topic


def run(broker: Wire) -> None:
    group = broker.name("g")
    topic = known_topic(broker, near=group)
    broker.ask("ConsumerGroupHeartbeat", 0, **enter(group, "", topic))
