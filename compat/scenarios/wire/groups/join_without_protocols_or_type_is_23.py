"""No protocols or an empty protocol type is INCONSISTENT_GROUP_PROTOCOL, also for a group's
first member."""

from compat.wire import Wire, join


def run(broker: Wire) -> None:
    group = broker.name("g")
    broker.ask("JoinGroup", 3, **join(group, protocols=()))
    broker.ask("JoinGroup", 3, **join(group, protocol_type=""))
    broker.ask("JoinGroup", 9, **join(group, protocols=()))
