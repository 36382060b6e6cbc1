"""Heartbeat of a member of a stable group is good in each version."""

from compat.wire import Wire
from compat.wire.coordinators import heartbeat


def run(broker: Wire) -> None:
    group = broker.name("g")
    member = broker.stable_group(group)
    for version in range(5):
        broker.ask("Heartbeat", version, **heartbeat(group, member))
