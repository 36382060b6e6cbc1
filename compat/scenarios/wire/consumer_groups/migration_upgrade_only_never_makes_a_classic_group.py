"""With the policy "upgrade" a classic group is converted, and stays so when the last new member
leaves."""

from compat.wire import Wire
from compat.wire.coordinators import (
    ask_join,
    beat,
    classic_group,
    enter,
    heartbeat,
    known_topic,
    rejoin,
)

SETTINGS = {
    "group.consumer.migration.policy": "UPGRADE",
    "group.consumer.assignment.interval.ms": "0",
}


def run(broker: Wire) -> None:
    group = broker.name("g")
    broker.until(
        lambda answer: answer["error_code"] not in (14, 15, 16),
        "ConsumerGroupHeartbeat",
        1,
        **enter(broker.name("first"), "m", "none"),
    )
    topic = known_topic(broker, near=group)
    classic = classic_group(broker, group, topic, 0)
    broker.ask("ConsumerGroupHeartbeat", 1, **enter(group, "m", topic))
    broker.ask("ConsumerGroupHeartbeat", 1, **beat(group, "m", -1))
    broker.ask("Heartbeat", 4, **heartbeat(group, classic, 1))
    ask_join(broker, 3, **rejoin(group, classic, topic, 0))
    broker.ask("ConsumerGroupDescribe", 1, group_ids=[group])
