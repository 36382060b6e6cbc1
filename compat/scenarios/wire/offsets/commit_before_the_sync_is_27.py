"""While the group waits for its leader's assignments a commit is REBALANCE_IN_PROGRESS."""

from compat.wire import Wire, commit, join


def run(broker: Wire) -> None:
    group, topic = broker.name("g"), broker.topic()
    member = broker.quiet("JoinGroup", 3, **join(group))["member_id"]
    broker.ask("OffsetCommit", 8, **commit(group, topic, 1, member_id=member, generation=1))
    broker.ask("OffsetCommit", 8, **commit(group, topic, 1, member_id=member, generation=0))
