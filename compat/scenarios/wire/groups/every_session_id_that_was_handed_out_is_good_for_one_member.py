"""A handed out id that never came back does not hold up the group, and can be given up with
LeaveGroup."""

from compat.wire import Wire, join
from compat.wire.coordinators import leave


def run(broker: Wire) -> None:
    group = broker.name("g")
    pending = broker.ask("JoinGroup", 5, **join(group))["member_id"]
    broker.ask("DescribeGroups", 5, groups=[group])
    broker.ask("LeaveGroup", 5, **leave(group, pending))
    broker.ask("JoinGroup", 5, **join(group, pending))
