"""The first member of a group that was emptied gets the next generation, not generation 1."""

from compat.wire import Wire, join
from compat.wire.coordinators import leave


def run(broker: Wire) -> None:
    group = broker.name("g")
    for _ in range(2):
        member = broker.ask("JoinGroup", 3, **join(group))["member_id"]
        broker.ask("LeaveGroup", 3, **leave(group, member))
    broker.ask("JoinGroup", 3, **join(group))
