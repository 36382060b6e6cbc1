"""JoinGroup up to v3 without a member id enters the group and is told its id."""

from compat.wire import Wire, join


def run(broker: Wire) -> None:
    for version in range(4):
        broker.ask("JoinGroup", version, **join(broker.name(f"g{version}")))
