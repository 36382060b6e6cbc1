"""A member that the group does not have is UNKNOWN_MEMBER_ID, also one that has left."""

from compat.wire import Wire, commit
from compat.wire.coordinators import group_of_two, leave


def run(broker: Wire) -> None:
    group, topic = broker.name("g"), broker.topic()
    _, follower, _ = group_of_two(broker, group)
    for member in ("nobody", ""):
        broker.ask("OffsetCommit", 8, **commit(group, topic, 1, member_id=member, generation=2))
    broker.quiet("LeaveGroup", 3, **leave(group, follower))
    broker.ask("OffsetCommit", 8, **commit(group, topic, 1, member_id=follower, generation=2))
