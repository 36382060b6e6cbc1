"""When the rebalance timeout is over, the generation begins without those who did not join it."""

from compat.wire import Wire, join
from compat.wire.coordinators import heartbeat


def run(broker: Wire) -> None:
    group, connection = broker.name("g"), broker.connect()
    late = broker.stable_group(group, rebalance_timeout_ms=300)
    pending = connection.send("JoinGroup", 3, **join(group, rebalance_timeout_ms=300))
    broker.receive(connection, pending, what="of the second")
    broker.ask("Heartbeat", 3, **heartbeat(group, late, 1))
    broker.ask("JoinGroup", 3, **join(group, late, rebalance_timeout_ms=300))
