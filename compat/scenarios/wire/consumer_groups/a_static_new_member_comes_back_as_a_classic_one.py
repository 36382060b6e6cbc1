"""A static member that comes back with the classic protocol takes the new one's place and
partitions; if that was the last of the new protocol, the group is classic."""

from typing import Any

from compat.wire import Message, Wire
from compat.wire.coordinators import (
    ask_join,
    assigning_at_once,
    beat,
    enter,
    heartbeat,
    known_topic,
    rejoin,
    sync,
    synced,
)


def run(broker: Wire) -> None:
    group = broker.name("g")
    assigning_at_once(broker, group)
    topic = known_topic(broker, partitions=2, near=group)
    broker.ask("ConsumerGroupHeartbeat", 1, **enter(group, "a", topic, instance_id="one"))
    broker.ask("ConsumerGroupHeartbeat", 1, **enter(group, "b", topic, instance_id="two"))
    one, two = {"group_instance_id": "one"}, {"group_instance_id": "two"}
    first = ask_join(broker, 5, **rejoin(group, "", topic, **one))
    broker.ask(
        "ConsumerGroupHeartbeat",
        1,
        show=lambda a: a["error_code"],
        **beat(group, "a", 2, instance_id="one"),
    )
    broker.ask("ConsumerGroupDescribe", 1, show=_types, group_ids=[group])
    second = ask_join(broker, 5, **rejoin(group, "", topic, **two))
    broker.ask("DescribeGroups", 5, show=_shown, groups=[group])
    for joined, static in ((first, one), (second, two)):
        member, generation = joined["member_id"], joined["generation_id"]
        broker.ask("SyncGroup", 5, show=synced, **sync(group, member, generation, **static))
        broker.ask("Heartbeat", 4, **heartbeat(group, member, generation, **static))


def _types(answer: Message) -> list[Any]:
    rows = answer["groups"][0]["members"]
    return sorted((row["instance_id"], row["member_type"]) for row in rows)


def _shown(answer: Message) -> list[Any]:
    group = answer["groups"][0]
    return [group["group_state"], group["protocol_type"], group["protocol_data"]]
