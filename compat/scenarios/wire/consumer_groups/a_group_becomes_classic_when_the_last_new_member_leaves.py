"""When the last member of the new protocol leaves, the classic ones form a classic group, which
rebalances in the next generation."""

from compat.wire import Wire, commit, committed
from compat.wire.coordinators import (
    ask_join,
    assigned,
    assigning_at_once,
    beat,
    described,
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
    broker.quiet("ConsumerGroupHeartbeat", 1, **enter(group, "new", topic))
    broker.quiet("OffsetCommit", 9, **commit(group, topic, 4, member_id="new", generation=2))
    joined = ask_join(broker, 3, **rejoin(group, "", topic))
    classic = joined["member_id"]
    broker.ask("SyncGroup", 3, show=synced, **sync(group, classic, joined["generation_id"]))
    broker.ask("ConsumerGroupHeartbeat", 1, **beat(group, "new", -1))
    broker.ask("DescribeGroups", 5, show=described, groups=[group])
    broker.ask("ConsumerGroupDescribe", 1, group_ids=[group])
    broker.ask("Heartbeat", 4, **heartbeat(group, classic, joined["generation_id"]))
    joined = ask_join(broker, 3, **rejoin(group, classic, topic))
    mine = (classic, assigned(topic, 0, 1))
    connection = broker.connect()
    syncing = connection.send("SyncGroup", 3, **sync(group, classic, joined["generation_id"], mine))
    broker.receive(connection, syncing, show=synced)
    broker.ask("Heartbeat", 4, **heartbeat(group, classic, joined["generation_id"]))
    broker.ask("OffsetFetch", 8, **committed(group, topic))
    broker.ask("ConsumerGroupHeartbeat", 1, **beat(group, "new", 2))
