"""Authorized operations are a bit set when asked for, else the smallest number; unknown groups
have them, too."""

from compat.wire import Wire


def run(broker: Wire) -> None:
    group = broker.name("g")
    broker.stable_group(group)
    for asked in (True, False):
        for version in (3, 6):
            broker.ask(
                "DescribeGroups",
                version,
                groups=[group, broker.name("none")],
                include_authorized_operations=asked,
            )
