"""DeleteGroups removes an empty group in each version; afterwards it is GROUP_ID_NOT_FOUND."""

from compat.wire import Wire, commit


def run(broker: Wire) -> None:
    topic = broker.topic()
    for version in range(3):
        group = broker.name(f"g{version}")
        broker.quiet("OffsetCommit", 8, **commit(group, topic, 1))
        for _ in range(2):
            broker.ask("DeleteGroups", version, groups_names=[group])
