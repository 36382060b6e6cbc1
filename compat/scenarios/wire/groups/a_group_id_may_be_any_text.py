"""Group ids may have spaces, slashes and any script, and be very long."""

from compat.wire import Wire


def run(broker: Wire) -> None:
    for text in ("a b/c:d", "группа-グループ", "x" * 300):
        group = broker.name(text)
        broker.stable_group(group)
        broker.ask("DescribeGroups", 5, groups=[group])
