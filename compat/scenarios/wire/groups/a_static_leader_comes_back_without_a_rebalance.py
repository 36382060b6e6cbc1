"""A static member that joins again as leader keeps the generation and is told to skip the
assignment (v9); before v9 it is told a leader that is not itself."""

from compat.wire import Wire, join
from compat.wire.coordinators import sync


def run(broker: Wire) -> None:
    for version in (5, 8, 9):
        group = broker.name(f"g{version}")
        first = broker.quiet("JoinGroup", 9, **join(group, group_instance_id="one"))["member_id"]
        body = sync(group, first, 1, (first, b"mine"), group_instance_id="one")
        broker.quiet("SyncGroup", 5, **body)
        again = broker.ask("JoinGroup", version, **join(group, group_instance_id="one"))
        second = again["member_id"]
        broker.ask("SyncGroup", 5, **sync(group, second, 1, group_instance_id="one"))
        broker.ask("DescribeGroups", 5, groups=[group])
