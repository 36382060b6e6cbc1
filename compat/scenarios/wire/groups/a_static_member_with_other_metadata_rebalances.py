"""A static member that comes back with other protocols starts a new generation."""

from compat.wire import Message, Wire, join
from compat.wire.coordinators import sync


def run(broker: Wire) -> None:
    static: Message = {"group_instance_id": "one"}
    group = broker.name("g")
    both = (("range", b"meta"), ("sticky", b"meta"))
    first = broker.quiet("JoinGroup", 9, **join(group, protocols=both, **static))["member_id"]
    broker.quiet("SyncGroup", 5, **sync(group, first, 1, (first, b"mine"), **static))
    broker.ask("JoinGroup", 9, **join(group, protocols=(("sticky", b"meta"),), **static))
