"""LeaveGroup removes members of a new group, of either protocol; each row is judged by itself."""

from typing import Any

from compat.wire import Message, Wire
from compat.wire.coordinators import (
    assigning_at_once,
    beat,
    enter,
    heartbeat,
    known_topic,
    leave,
    rejoin,
)


def run(broker: Wire) -> None:
    group = broker.name("g")
    assigning_at_once(broker, group)
    topic = known_topic(broker, partitions=2, near=group)
    for member in ("new", "newer", "newest"):
        broker.quiet("ConsumerGroupHeartbeat", 1, **enter(group, member, topic))
    broker.quiet("JoinGroup", 5, **rejoin(group, "dynamic", topic))
    static = {"group_instance_id": "one"}
    broker.quiet("JoinGroup", 5, **rejoin(group, "", topic, **static))
    broker.quiet("ConsumerGroupHeartbeat", 1, **enter(group, "s", topic, instance_id="two"))
    rows = [
        {"member_id": "nobody"},
        {"member_id": ""},
        {"member_id": "dynamic"},
        {"member_id": "dynamic"},
        {"member_id": "new"},
        {"member_id": "wrong", "group_instance_id": "one"},
        {"member_id": "", "group_instance_id": "one"},
        {"member_id": "", "group_instance_id": "two"},
        {"member_id": "", "group_instance_id": "three"},
    ]
    broker.ask("LeaveGroup", 5, group_id=group, members=rows)
    broker.ask("ConsumerGroupDescribe", 1, show=_members, group_ids=[group])
    broker.ask("LeaveGroup", 2, **leave(group, "newer"))
    broker.ask("LeaveGroup", 2, **leave(group, "newer"))
    broker.ask("LeaveGroup", 5, group_id=group, members=[])
    broker.ask("Heartbeat", 4, **heartbeat(group, "dynamic", 1))
    broker.ask("ConsumerGroupHeartbeat", 1, **beat(group, "new", 2))


def _members(answer: Message) -> list[Any]:
    return sorted(str(row["member_id"]) for row in answer["groups"][0]["members"])
