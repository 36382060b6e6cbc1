"""SyncGroup of the leader in each version, v5 with the protocol that it names."""

from compat.wire import Wire, join
from compat.wire.coordinators import sync


def run(broker: Wire) -> None:
    for version in range(6):
        group = broker.name(f"g{version}")
        member = broker.quiet("JoinGroup", 3, **join(group))["member_id"]
        broker.ask("SyncGroup", version, **sync(group, member, 1, (member, b"mine")))
