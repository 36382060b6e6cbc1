"""A classic group larger than a new one may be is not converted, a full one takes no member of
either kind, and one larger than a classic one may be does not become classic."""

from typing import Any

from compat.wire import Message, Wire
from compat.wire.coordinators import ask_join, beat, classic_group, enter, known_topic, rejoin

SETTINGS = {
    "group.consumer.max.size": "2",
    "group.max.size": "1",
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
    topic = known_topic(broker, partitions=2, near=group)
    classic_group(broker, group, topic, 0, 1)
    broker.ask("ConsumerGroupHeartbeat", 1, **enter(group, "new", topic))
    broker.ask("ConsumerGroupHeartbeat", 1, **enter(group, "newer", topic))
    ask_join(broker, 5, **rejoin(group, "third", topic))
    ask_join(broker, 5, **rejoin(group, "", topic))
    broker.ask("ConsumerGroupHeartbeat", 1, **beat(group, "new", -1))
    broker.ask("DescribeGroups", 5, show=_state, groups=[group])
    large = broker.name("large")
    broker.quiet("ConsumerGroupHeartbeat", 1, **enter(large, "new", topic, instance_id="one"))
    broker.quiet("JoinGroup", 5, **rejoin(large, "second", topic))
    static = {"group_instance_id": "one"}
    ask_join(broker, 5, **rejoin(large, "", topic, **static))
    ask_join(broker, 5, **rejoin(large, "new", topic, **static))
    broker.ask("DescribeGroups", 5, show=_state, groups=[large])


def _state(answer: Message) -> Any:
    return answer["groups"][0]["group_state"], answer["groups"][0]["error_code"]
