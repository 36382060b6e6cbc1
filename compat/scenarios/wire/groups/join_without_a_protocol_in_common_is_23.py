"""A member that supports none of the protocols all others support is
INCONSISTENT_GROUP_PROTOCOL."""

from compat.wire import Wire, join


def run(broker: Wire) -> None:
    group = broker.name("g")
    broker.stable_group(group, protocols=(("range", b"r"), ("sticky", b"s")))
    broker.ask("JoinGroup", 3, **join(group, protocols=(("other", b"o"),)))
    broker.ask("JoinGroup", 7, **join(group, protocols=(("Range", b"r"),)))
