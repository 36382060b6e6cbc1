"""SyncGroup of the old generation, while members join the next, is REBALANCE_IN_PROGRESS."""

from compat.wire import Wire, join
from compat.wire.coordinators import sync


def run(broker: Wire) -> None:
    group, connection = broker.name("g"), broker.connect()
    member = broker.stable_group(group)
    connection.send("JoinGroup", 3, **join(group))
    broker.rebalancing(group, member)
    for version in (0, 3, 5):
        broker.ask("SyncGroup", version, **sync(group, member))
