"""A member that the group does not have, or any of an unknown group, is UNKNOWN_MEMBER_ID to
SyncGroup."""

from compat.wire import Wire
from compat.wire.coordinators import sync


def run(broker: Wire) -> None:
    group = broker.name("g")
    broker.ask("SyncGroup", 5, **sync(group, "nobody"))
    broker.stable_group(group)
    broker.ask("SyncGroup", 5, **sync(group, "nobody"))
    broker.ask("SyncGroup", 5, **sync(group, ""))
