"""A heartbeat of a new member converts a classic group; the classic member gives up what the other
is to have by joining twice, and both go on side by side."""

from compat.wire import Wire
from compat.wire.coordinators import (
    ask_join,
    assigning_at_once,
    beat,
    classic_group,
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
    classic = classic_group(broker, group, topic, 0, 1)
    broker.ask("ConsumerGroupHeartbeat", 1, **enter(group, "new", topic))
    broker.ask("Heartbeat", 4, **heartbeat(group, classic, 1))
    broker.ask("SyncGroup", 5, show=synced, **sync(group, classic, 1))
    ask_join(broker, 5, **rejoin(group, classic, topic, 0, 1))
    broker.ask("SyncGroup", 5, show=synced, **sync(group, classic, 1))
    broker.ask("Heartbeat", 4, **heartbeat(group, classic, 1))
    broker.ask("ConsumerGroupHeartbeat", 1, **beat(group, "new", 2))
    ask_join(broker, 5, **rejoin(group, classic, topic, 0))
    broker.ask("SyncGroup", 5, show=synced, **sync(group, classic, 2))
    broker.ask("Heartbeat", 4, **heartbeat(group, classic, 2))
    broker.ask("ConsumerGroupHeartbeat", 1, **beat(group, "new", 2))
    broker.ask("ConsumerGroupDescribe", 1, group_ids=[group])
