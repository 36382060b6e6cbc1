"""SyncGroup v5 without protocol type or name is INCONSISTENT_GROUP_PROTOCOL, whatever the group
is."""

from compat.wire import Wire, join
from compat.wire.coordinators import sync


def run(broker: Wire) -> None:
    group = broker.name("g")
    for absent in ("protocol_type", "protocol_name"):
        broker.ask("SyncGroup", 5, **sync(group, "nobody", **{absent: None}))
    member = broker.quiet("JoinGroup", 3, **join(group))["member_id"]
    for absent in ("protocol_type", "protocol_name"):
        broker.ask("SyncGroup", 5, **sync(group, member, **{absent: None}))
