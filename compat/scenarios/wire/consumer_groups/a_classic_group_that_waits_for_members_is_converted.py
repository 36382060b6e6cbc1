"""Members of a classic group that wait for others in a rebalance hear REBALANCE_IN_PROGRESS when it
is converted."""

from compat.wire import Wire
from compat.wire.coordinators import (
    ask_join,
    assigning_at_once,
    classic_group,
    enter,
    heartbeat,
    known_topic,
    rejoin,
)


def run(broker: Wire) -> None:
    group = broker.name("g")
    assigning_at_once(broker, group)
    topic = known_topic(broker, partitions=2, near=group)
    classic, connection = classic_group(broker, group, topic, 0, 1), broker.connect()
    joining = connection.send("JoinGroup", 3, **rejoin(group, "", topic))
    broker.rebalancing(group, classic)
    broker.ask("ConsumerGroupHeartbeat", 1, **enter(group, "new", topic))
    joined = broker.receive(connection, joining)
    broker.ask("Heartbeat", 3, **heartbeat(group, classic, 1))
    broker.ask("Heartbeat", 3, **heartbeat(group, joined["member_id"], 1))
    ask_join(broker, 3, **rejoin(group, joined["member_id"], topic))
