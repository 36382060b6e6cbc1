"""After another took its instance id, the old member id is FENCED_INSTANCE_ID for everything it
asks."""

from compat.wire import Message, Wire, commit, join
from compat.wire.coordinators import heartbeat, sync


def run(broker: Wire) -> None:
    static: Message = {"group_instance_id": "one"}
    group, topic = broker.name("g"), broker.topic()
    old = broker.quiet("JoinGroup", 9, **join(group, **static))["member_id"]
    broker.quiet("SyncGroup", 5, **sync(group, old, 1, (old, b"mine"), **static))
    new = broker.quiet("JoinGroup", 9, **join(group, **static))["member_id"]
    broker.ask("Heartbeat", 4, **heartbeat(group, old, **static))
    broker.ask("SyncGroup", 5, **sync(group, old, **static))
    broker.ask("JoinGroup", 9, **join(group, old, **static))
    broker.ask("OffsetCommit", 8, **commit(group, topic, 1, member_id=old, generation=1, **static))
    broker.ask("LeaveGroup", 5, group_id=group, members=[{"member_id": old, **static}])
    broker.ask("Heartbeat", 4, **heartbeat(group, new, **static))
