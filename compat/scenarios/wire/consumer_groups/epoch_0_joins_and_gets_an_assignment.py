"""A heartbeat with epoch 0 joins: the answer has member epoch 2 and the assignment by topic id."""

from compat.wire import Wire
from compat.wire.coordinators import enter, known_topic


def run(broker: Wire) -> None:
    group = broker.name("g")
    topic = known_topic(broker, partitions=3, near=group)
    broker.ask("ConsumerGroupHeartbeat", 1, **enter(group, "m", topic))
