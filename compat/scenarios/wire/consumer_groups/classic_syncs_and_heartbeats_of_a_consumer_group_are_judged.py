"""SyncGroup and Heartbeat of classic members of a new group: unknown members, members of the new
protocol, other generations, other protocols."""

from compat.wire import Message, Wire
from compat.wire.coordinators import (
    ask_join,
    assigning_at_once,
    enter,
    heartbeat,
    known_topic,
    rejoin,
    sync,
    synced,
)


def run(broker: Wire) -> None:
    group, static = broker.name("g"), {"group_instance_id": "one"}
    assigning_at_once(broker, group)
    topic = known_topic(broker, partitions=2, near=group)
    broker.quiet("ConsumerGroupHeartbeat", 1, **enter(group, "new", topic))
    body = rejoin(group, "", topic, **static)
    body["protocols"].append({"name": "other", "metadata": body["protocols"][0]["metadata"]})
    joined = ask_join(broker, 5, **body)
    member, generation = joined["member_id"], joined["generation_id"]
    judged: tuple[tuple[str, int, Message], ...] = (
        (member, generation, {}),
        (member, generation, static),
        (member, generation + 1, {}),
        (member, generation - 1, {}),
        (member, -1, {}),
        (member, generation, {"group_instance_id": "two"}),
        ("wrong", generation, static),
        ("wrong", generation, {}),
        ("", generation, {}),
        ("new", 2, {}),
    )
    for who, epoch, more in judged:
        broker.ask("Heartbeat", 4, **heartbeat(group, who, epoch, **more))
        broker.ask("SyncGroup", 5, show=synced, **sync(group, who, epoch, **more))
    for protocol in ("protocol_type", "protocol_name"):
        for value in ("other", None):
            more = {protocol: value}
            broker.ask("SyncGroup", 5, show=synced, **sync(group, member, generation, **more))
    broker.ask("SyncGroup", 3, show=synced, **sync(group, member, generation))
    ignored = (member, b"an assignment that nobody reads")
    broker.ask("SyncGroup", 5, show=synced, **sync(group, member, generation, ignored))
