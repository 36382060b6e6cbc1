"""A heartbeat of a member that the group does not have, or of an unknown group, is
UNKNOWN_MEMBER_ID."""

from compat.wire import Wire
from compat.wire.coordinators import heartbeat


def run(broker: Wire) -> None:
    group = broker.name("g")
    broker.ask("Heartbeat", 4, **heartbeat(group, "nobody"))
    broker.stable_group(group)
    broker.ask("Heartbeat", 4, **heartbeat(group, "nobody"))
    broker.ask("Heartbeat", 0, **heartbeat(group, ""))
