"""A static member that joins again while its first JoinGroup waits answers that one with
FENCED_INSTANCE_ID."""

from compat.wire import Wire, join
from compat.wire.coordinators import heartbeat, leave


def run(broker: Wire) -> None:
    group = broker.name("g")
    member = broker.stable_group(group)
    first, second = broker.connect("first"), broker.connect("second")
    waits = first.send("JoinGroup", 9, **join(group, group_instance_id="i1"))
    broker.rebalancing(group, member)
    broker.ask("DescribeGroups", 6, groups=[group])
    replaces = second.send("JoinGroup", 9, **join(group, group_instance_id="i1"))
    broker.receive(first, waits, what="of the one replaced")
    broker.ask("LeaveGroup", 5, **leave(group, member))
    joined = broker.receive(second, replaces, what="of the other")
    broker.ask("DescribeGroups", 6, groups=[group])
    body = heartbeat(group, joined["member_id"], joined["generation_id"], group_instance_id="i1")
    broker.ask("Heartbeat", 4, **body)
