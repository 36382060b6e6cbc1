"""Unknown groups are Dead and, from version 6 on, not found with a text; a group named twice is
described twice."""

from compat.wire import Wire


def run(broker: Wire) -> None:
    group, unknown = broker.name("g"), broker.name("unknown")
    broker.stable_group(group)
    for version in range(7):
        for groups in ([], [""], [unknown, unknown], [group, "", unknown, group]):
            broker.ask("DescribeGroups", version, groups=groups)
