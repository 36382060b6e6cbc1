"""In a stable group SyncGroup returns the assignment, and what the leader sends along counts no
more."""

from compat.wire import Wire
from compat.wire.coordinators import sync


def run(broker: Wire) -> None:
    group = broker.name("g")
    member = broker.stable_group(group, assignment=b"first")
    broker.ask("SyncGroup", 5, **sync(group, member, 1, (member, b"second")))
    broker.ask("SyncGroup", 3, **sync(group, member))
