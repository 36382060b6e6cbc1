"""LeaveGroup removes a static member by its instance id alone; without it, it stays until its
session ends."""

from compat.wire import Message, Wire, join
from compat.wire.coordinators import sync


def run(broker: Wire) -> None:
    static: Message = {"group_instance_id": "one"}
    group = broker.name("g")
    first = broker.quiet("JoinGroup", 9, **join(group, **static))["member_id"]
    broker.quiet("SyncGroup", 5, **sync(group, first, 1, (first, b"mine"), **static))
    for version in (3, 5):
        broker.ask("LeaveGroup", version, group_id=group, members=[{"member_id": "", **static}])
    broker.ask("DescribeGroups", 5, groups=[group])
