"""A group that was emptied is free for members of another protocol type."""

from compat.wire import Wire, join
from compat.wire.coordinators import leave


def run(broker: Wire) -> None:
    group = broker.name("g")
    broker.quiet("LeaveGroup", 3, **leave(group, broker.stable_group(group)))
    body = join(group, protocols=(("sessioned", b"w"),), protocol_type="connect")
    broker.ask("JoinGroup", 3, **body)
    broker.ask("DescribeGroups", 5, groups=[group])
