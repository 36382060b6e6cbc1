"""A member id that the group did not hand out is UNKNOWN_MEMBER_ID, whether there is a group or
not."""

from compat.wire import Wire, join


def run(broker: Wire) -> None:
    group = broker.name("g")
    for version in (3, 9):
        broker.ask("JoinGroup", version, **join(group, "nobody"))
    broker.stable_group(group)
    for version in (3, 9):
        broker.ask("JoinGroup", version, **join(group, "nobody"))
