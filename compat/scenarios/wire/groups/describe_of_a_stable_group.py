"""A stable group has its type, protocol, and members with metadata and assignment, in every
version."""

from compat.wire import Wire


def run(broker: Wire) -> None:
    group = broker.name("g")
    broker.stable_group(group, protocols=(("range", b"r"), ("sticky", b"s")))
    for version in range(7):
        broker.ask("DescribeGroups", version, groups=[group])
