"""The empty group id is INVALID_GROUP_ID to DescribeGroups; no groups have an empty answer."""

from compat.wire import Wire


def run(broker: Wire) -> None:
    for version in (0, 5, 6):
        broker.ask("DescribeGroups", version, groups=[""])
    broker.ask("DescribeGroups", 5, groups=[])
