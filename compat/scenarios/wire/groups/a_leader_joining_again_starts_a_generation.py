"""The leader of a stable group that joins again, with nothing new, gets the next generation."""

from compat.wire import Wire, join
from compat.wire.coordinators import heartbeat


def run(broker: Wire) -> None:
    group = broker.name("g")
    member = broker.stable_group(group)
    broker.ask("JoinGroup", 5, **join(group, member))
    broker.ask("Heartbeat", 4, **heartbeat(group, member, 1))
    broker.ask("Heartbeat", 4, **heartbeat(group, member, 2))
