"""Generation -1 without a member is UNKNOWN_MEMBER_ID while the group has members, and good when
they left."""

from compat.wire import Wire, commit
from compat.wire.coordinators import leave


def run(broker: Wire) -> None:
    group, topic = broker.name("g"), broker.topic()
    member = broker.stable_group(group)
    for version in (2, 9):
        broker.ask("OffsetCommit", version, **commit(group, topic, 1))
    broker.quiet("LeaveGroup", 3, **leave(group, member))
    broker.ask("OffsetCommit", 9, **commit(group, topic, 1))
