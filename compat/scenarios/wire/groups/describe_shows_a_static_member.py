"""DescribeGroups shows the instance id from v4 on."""

from compat.wire import Wire, join
from compat.wire.coordinators import sync


def run(broker: Wire) -> None:
    group = broker.name("g")
    member = broker.quiet("JoinGroup", 9, **join(group, group_instance_id="one"))["member_id"]
    body = sync(group, member, 1, (member, b"mine"), group_instance_id="one")
    broker.quiet("SyncGroup", 5, **body)
    for version in (3, 4, 6):
        broker.ask("DescribeGroups", version, groups=[group])
