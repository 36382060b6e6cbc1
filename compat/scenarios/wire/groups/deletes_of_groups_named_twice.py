"""A group named twice is deleted once and not found the second time; unknown groups are not
found."""

from compat.wire import Wire, commit


def run(broker: Wire) -> None:
    topic, unknown = broker.topic(), broker.name("unknown")
    for version in (0, 1, 2):
        group = broker.name(f"g{version}")
        broker.quiet("OffsetCommit", 8, **commit(group, topic, 5))
        for groups in ([], [unknown, unknown], [group, group]):
            broker.ask("DeleteGroups", version, groups_names=groups)
