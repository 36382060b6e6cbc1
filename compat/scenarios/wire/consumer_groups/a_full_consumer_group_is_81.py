"""A member more than group.consumer.max.size is GROUP_MAX_SIZE_REACHED, also in the place of a
static member that is away; whoever is in may join again."""

from compat.wire import Wire
from compat.wire.coordinators import beat, enter

# Kafka's default, asked for: the next target waits for a second.
SETTINGS = {"group.consumer.max.size": "1", "group.consumer.assignment.interval.ms": "1000"}


def run(broker: Wire) -> None:
    group = broker.name("g")
    broker.until(
        lambda answer: answer["error_code"] not in (14, 15, 16),
        "ConsumerGroupHeartbeat",
        1,
        **enter(group, "m", "t", instance_id="one"),
    )
    broker.ask("ConsumerGroupHeartbeat", 1, **enter(group, "n", "t"))
    broker.ask("ConsumerGroupHeartbeat", 0, **enter(group, "", "t"))
    broker.ask("ConsumerGroupHeartbeat", 1, **enter(group, "n", "t", member_epoch=2))
    broker.ask("ConsumerGroupHeartbeat", 1, **beat(group, "m", -2, instance_id="one"))
    broker.ask("ConsumerGroupHeartbeat", 1, **enter(group, "n", "t", instance_id="one"))
    broker.ask("ConsumerGroupHeartbeat", 1, **enter(group, "m", "t", instance_id="one"))
    broker.ask("ConsumerGroupHeartbeat", 1, **beat(group, "m", -1, instance_id="one"))
    broker.ask("ConsumerGroupHeartbeat", 1, **enter(group, "n", "t"))
