"""Members of a classic group that wait for the leader's assignment hear REBALANCE_IN_PROGRESS when
it is converted."""

from typing import Any

from compat.wire import Message, Wire
from compat.wire.coordinators import (
    ask_join,
    assigning_at_once,
    classic_group,
    enter,
    known_topic,
    rejoin,
    sync,
    synced,
)


def run(broker: Wire) -> None:
    group = broker.name("g")
    assigning_at_once(broker, group)
    topic = known_topic(broker, partitions=2, near=group)
    leader, connection = classic_group(broker, group, topic, 0, 1), broker.connect()
    joining = connection.send("JoinGroup", 3, **rejoin(group, "", topic))
    broker.rebalancing(group, leader)
    broker.quiet("JoinGroup", 3, **rejoin(group, leader, topic, 0, 1))
    joined = connection.receive(joining)
    assert isinstance(joined, dict)
    follower = joined["member_id"]
    syncing = connection.send("SyncGroup", 3, **sync(group, follower, 2))
    broker.ask("DescribeGroups", 5, show=_states, groups=[group])
    broker.ask("ConsumerGroupHeartbeat", 1, **enter(group, "new", topic))
    broker.receive(connection, syncing)
    ask_join(broker, 3, **rejoin(group, follower, topic))
    broker.ask("SyncGroup", 3, show=synced, **sync(group, follower, 3))


def _states(answer: Message) -> list[Any]:
    return [group["group_state"] for group in answer["groups"]]
