"""With the policy "downgrade" a classic group is not converted, but a new one whose last new member
leaves becomes classic."""

from typing import Any

from compat.wire import Message, Wire
from compat.wire.coordinators import ask_join, beat, classic_group, enter, known_topic, rejoin

SETTINGS = {
    "group.consumer.migration.policy": "Downgrade",
    "group.consumer.assignment.interval.ms": "0",
}


def run(broker: Wire) -> None:
    old, new = broker.name("old"), broker.name("new")
    broker.until(
        lambda answer: answer["error_code"] not in (14, 15, 16),
        "ConsumerGroupHeartbeat",
        1,
        **enter(broker.name("first"), "m", "none"),
    )
    topic = known_topic(broker, near=old)
    classic_group(broker, old, topic, 0)
    broker.ask("ConsumerGroupHeartbeat", 1, **enter(old, "m", topic))
    broker.quiet("ConsumerGroupHeartbeat", 1, **enter(new, "m", topic))
    ask_join(broker, 3, **rejoin(new, "", topic))
    broker.ask("ConsumerGroupHeartbeat", 1, **beat(new, "m", -1))
    broker.ask("DescribeGroups", 5, show=_states, groups=[new])


def _states(answer: Message) -> list[Any]:
    return [(group["group_state"], group["protocol_type"]) for group in answer["groups"]]
