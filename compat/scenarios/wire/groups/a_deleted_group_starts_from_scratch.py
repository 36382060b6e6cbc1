"""A group deleted after it was emptied has no offsets, and its next member is in generation 1
again."""

from compat.wire import Wire, commit, committed, join
from compat.wire.coordinators import leave


def run(broker: Wire) -> None:
    group, topic = broker.name("g"), broker.topic()
    member = broker.stable_group(group)
    broker.quiet("OffsetCommit", 8, **commit(group, topic, 7, member_id=member, generation=1))
    broker.quiet("LeaveGroup", 3, **leave(group, member))
    broker.ask("DeleteGroups", 2, groups_names=[group])
    broker.ask("OffsetFetch", 8, **committed(group, topic))
    broker.ask("JoinGroup", 3, **join(group))
