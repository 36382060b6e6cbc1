"""A heartbeat in which nothing has changed is answered without an assignment; one with all
fields has it again."""

from compat.wire import Wire
from compat.wire.coordinators import beat, enter, known_topic


def run(broker: Wire) -> None:
    group = broker.name("g")
    topic = known_topic(broker, near=group)
    broker.quiet("ConsumerGroupHeartbeat", 1, **enter(group, "m", topic))
    for version in (0, 1):
        broker.ask("ConsumerGroupHeartbeat", version, **beat(group, "m", 2))
    broker.ask("ConsumerGroupHeartbeat", 1, **{**enter(group, "m", topic), "member_epoch": 2})
