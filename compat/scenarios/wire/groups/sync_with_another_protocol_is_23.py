"""SyncGroup v5 that names another protocol type or name than the group's is
INCONSISTENT_GROUP_PROTOCOL."""

from compat.wire import Wire, join
from compat.wire.coordinators import sync


def run(broker: Wire) -> None:
    group = broker.name("g")
    member = broker.quiet("JoinGroup", 3, **join(group))["member_id"]
    broker.ask("SyncGroup", 5, **sync(group, member, protocol_name="other"))
    broker.ask("SyncGroup", 5, **sync(group, member, protocol_type="connect"))
