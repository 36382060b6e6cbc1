"""A static member that comes back with the new protocol takes the classic one's place and
partitions at once, and the old one is fenced."""

from compat.wire import Wire
from compat.wire.coordinators import (
    ask_join,
    assigning_at_once,
    classic_group,
    enter,
    heartbeat,
    known_topic,
    leave,
    rejoin,
    sync,
    synced,
)


def run(broker: Wire) -> None:
    group, static = broker.name("g"), {"group_instance_id": "one"}
    assigning_at_once(broker, group)
    topic = known_topic(broker, partitions=2, near=group)
    protocols = rejoin(group, "", topic, **static)
    joined = broker.quiet("JoinGroup", 5, **protocols)
    classic = joined["member_id"]
    broker.quiet("SyncGroup", 3, **sync(group, classic, 1, (classic, b""), **static))
    broker.ask("ConsumerGroupHeartbeat", 1, **enter(group, "new", topic, instance_id="one"))
    broker.ask("Heartbeat", 4, **heartbeat(group, classic, 1, **static))
    broker.ask("Heartbeat", 4, **heartbeat(group, classic, 1))
    ask_join(broker, 5, **rejoin(group, classic, topic, **static))
    broker.ask("SyncGroup", 5, show=synced, **sync(group, classic, 1, **static))
    rows = [{"member_id": classic, **static}]
    broker.ask("LeaveGroup", 5, **leave(group, classic, members=rows))
    broker.ask("ConsumerGroupDescribe", 1, group_ids=[group])
    other = broker.name("other")
    classic_group(broker, other, topic, 0, 1)
    broker.ask("ConsumerGroupHeartbeat", 1, **enter(other, "new", topic, instance_id="one"))
