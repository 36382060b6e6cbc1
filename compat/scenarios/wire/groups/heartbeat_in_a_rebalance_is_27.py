"""A heartbeat while members join the next generation is REBALANCE_IN_PROGRESS, for an old
generation 22."""

from compat.wire import Wire, join
from compat.wire.coordinators import heartbeat


def run(broker: Wire) -> None:
    group, connection = broker.name("g"), broker.connect()
    member = broker.stable_group(group)
    connection.send("JoinGroup", 3, **join(group))
    broker.rebalancing(group, member)
    for version in (0, 4):
        broker.ask("Heartbeat", version, **heartbeat(group, member))
    broker.ask("Heartbeat", 4, **heartbeat(group, member, 0))
    broker.ask("Heartbeat", 4, **heartbeat(group, "nobody"))
