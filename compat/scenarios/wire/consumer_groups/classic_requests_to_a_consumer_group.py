"""A classic join with unreadable metadata, and heartbeats and syncs of a member of the new
protocol, are refused."""

from compat.wire import Wire, join
from compat.wire.coordinators import enter, heartbeat, known_topic, leave, sync


def run(broker: Wire) -> None:
    group = broker.name("g")
    topic = known_topic(broker, near=group)
    broker.quiet("ConsumerGroupHeartbeat", 1, **enter(group, "m", topic))
    broker.ask("JoinGroup", 3, **join(group))
    broker.ask("JoinGroup", 3, **join(group, protocol_type="connect"))
    broker.ask("Heartbeat", 4, **heartbeat(group, "m", 2))
    broker.ask("SyncGroup", 5, **sync(group, "m", 2))
    broker.ask("LeaveGroup", 5, **leave(group, "nobody"))
