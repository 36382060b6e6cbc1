"""The group id "" is good for simple commits, and the group exists then."""

from compat.wire import Wire, commit, committed

ALONE = True


def run(broker: Wire) -> None:
    topic = broker.topic()
    broker.ask("OffsetCommit", 8, **commit("", topic, 3))
    broker.ask("OffsetFetch", 8, **committed("", topic))
    broker.ask("DescribeGroups", 5, groups=[""])
    broker.ask("DeleteGroups", 2, groups_names=[""])
