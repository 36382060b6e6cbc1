"""A generation that is not the current one is ILLEGAL_GENERATION to SyncGroup."""

from compat.wire import Wire, join
from compat.wire.coordinators import sync


def run(broker: Wire) -> None:
    group = broker.name("g")
    member = broker.quiet("JoinGroup", 3, **join(group))["member_id"]
    for generation in (-1, 0, 2):
        broker.ask("SyncGroup", 5, **sync(group, member, generation))
