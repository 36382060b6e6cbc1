"""An unknown group is Dead without an error up to v5, and GROUP_ID_NOT_FOUND with a message from
v6 on."""

from compat.wire import Wire


def run(broker: Wire) -> None:
    for version in range(7):
        broker.ask("DescribeGroups", version, groups=[broker.name("g")])
