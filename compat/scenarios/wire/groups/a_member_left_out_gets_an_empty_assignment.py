"""A leader that assigns nothing to itself gets zero bytes, not null."""

from compat.wire import Wire, join
from compat.wire.coordinators import sync


def run(broker: Wire) -> None:
    for version in (3, 5):
        group = broker.name(f"g{version}")
        member = broker.quiet("JoinGroup", 3, **join(group))["member_id"]
        broker.ask("SyncGroup", version, **sync(group, member, 1, ("nobody", b"something")))
