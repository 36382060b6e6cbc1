"""A second member makes the first rebalance; both then get generation 2, and each its own
assignment."""

from compat.wire import Wire, join
from compat.wire.coordinators import heartbeat, sync


def run(broker: Wire) -> None:
    group, connection = broker.name("g"), broker.connect()
    first = broker.stable_group(group)
    waiting = connection.send("JoinGroup", 3, **join(group))
    broker.rebalancing(group, first)
    broker.ask("JoinGroup", 3, show=lambda a: a["generation_id"], **join(group, first))
    second = broker.receive(connection, waiting, what="of the second")["member_id"]
    held = connection.send("SyncGroup", 3, **sync(group, second, 2))
    broker.ask("Heartbeat", 3, **heartbeat(group, second, 2), on=None)
    body = sync(group, first, 2, (first, b"one"), (second, b"two"))
    broker.ask("SyncGroup", 3, **body)
    broker.receive(connection, held, what="of the second")
    broker.ask("Heartbeat", 3, **heartbeat(group, second, 2))
