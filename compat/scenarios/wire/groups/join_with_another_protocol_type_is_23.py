"""A member of another protocol type than the group's is INCONSISTENT_GROUP_PROTOCOL."""

from compat.wire import Wire, join


def run(broker: Wire) -> None:
    group = broker.name("g")
    broker.stable_group(group)
    for version in (3, 9):
        broker.ask("JoinGroup", version, **join(group, protocol_type="connect"))
