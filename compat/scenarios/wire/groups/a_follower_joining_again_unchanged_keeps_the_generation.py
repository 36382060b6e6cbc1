"""A follower of a stable group that joins again with the same protocols is told the current
generation."""

from compat.wire import Wire, join
from compat.wire.coordinators import group_of_two, heartbeat


def run(broker: Wire) -> None:
    group = broker.name("g")
    leader, follower, _ = group_of_two(broker, group)
    broker.ask("JoinGroup", 5, **join(group, follower))
    broker.ask("Heartbeat", 4, **heartbeat(group, leader, 2))
    broker.ask("Heartbeat", 4, **heartbeat(group, follower, 2))
