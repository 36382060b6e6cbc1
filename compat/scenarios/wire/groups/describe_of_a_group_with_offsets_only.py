"""A group that only has offsets is Empty and has no type; a name listed twice is answered twice."""

from compat.wire import Wire, commit


def run(broker: Wire) -> None:
    group = broker.name("g")
    broker.quiet("OffsetCommit", 8, **commit(group, broker.topic(), 1))
    broker.ask("DescribeGroups", 5, groups=[group])
    broker.ask("DescribeGroups", 6, groups=[group, group])
