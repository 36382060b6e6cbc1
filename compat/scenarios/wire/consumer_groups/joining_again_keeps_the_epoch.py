"""A member that joins again with nothing new gets its epoch and its assignment again."""

from compat.wire import Wire
from compat.wire.coordinators import enter, known_topic


def run(broker: Wire) -> None:
    group = broker.name("g")
    topic = known_topic(broker, near=group)
    for _ in range(2):
        broker.ask("ConsumerGroupHeartbeat", 1, **enter(group, "m", topic))
