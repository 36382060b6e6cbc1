"""With the migration disabled a new member meets GROUP_ID_NOT_FOUND at a classic group, and a
classic one INCONSISTENT_GROUP_PROTOCOL at a new group; empty groups change their kind."""

from typing import Any

from compat.wire import Message, Wire
from compat.wire.coordinators import ask_join, beat, classic_group, enter, known_topic, rejoin

SETTINGS = {"group.consumer.migration.policy": "disabled"}


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
    ask_join(broker, 5, **rejoin(new, "", topic))
    broker.quiet("ConsumerGroupHeartbeat", 1, **beat(new, "m", -1))
    ask_join(broker, 3, show=lambda a: a["error_code"], **rejoin(new, "", topic))
    broker.ask("DescribeGroups", 5, show=_states, groups=[new])


def _states(answer: Message) -> list[Any]:
    return [(group["group_state"], group["protocol_type"]) for group in answer["groups"]]
