"""While the group waits for its leader's assignments a heartbeat is good, not
REBALANCE_IN_PROGRESS."""

from compat.wire import Wire, join
from compat.wire.coordinators import heartbeat


def run(broker: Wire) -> None:
    group = broker.name("g")
    member = broker.quiet("JoinGroup", 3, **join(group))["member_id"]
    broker.ask("Heartbeat", 4, **heartbeat(group, member))
    broker.ask("Heartbeat", 4, **heartbeat(group, member, 0))
