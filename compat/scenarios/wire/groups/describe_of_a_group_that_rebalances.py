"""Before the group is stable there is neither a protocol nor metadata to show; assignments are
those of before."""

from compat.wire import Wire, join
from compat.wire.coordinators import heartbeat


def run(broker: Wire) -> None:
    group, connection = broker.name("g"), broker.connect()
    broker.quiet("JoinGroup", 3, **join(group))
    broker.ask("DescribeGroups", 5, groups=[group])
    stable = broker.name("h")
    member = broker.stable_group(stable)
    connection.send("JoinGroup", 3, **join(stable))
    broker.rebalancing(stable, member)
    broker.ask("Heartbeat", 3, **heartbeat(stable, member))
    broker.ask("DescribeGroups", 5, groups=[stable])
