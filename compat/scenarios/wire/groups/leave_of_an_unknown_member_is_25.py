"""Leaving as a member that is none is UNKNOWN_MEMBER_ID: at the top up to v2, in the member's
row from v3."""

from compat.wire import Wire
from compat.wire.coordinators import leave


def run(broker: Wire) -> None:
    group = broker.name("g")
    for version in (0, 2, 3, 5):
        broker.ask("LeaveGroup", version, **leave(group, "nobody"))
    broker.stable_group(group)
    for version in (0, 2, 3, 5):
        broker.ask("LeaveGroup", version, **leave(group, "nobody"))
