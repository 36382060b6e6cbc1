"""The old member id of a static member, sent without the instance id, is UNKNOWN_MEMBER_ID."""

from compat.wire import Message, Wire, commit, join
from compat.wire.coordinators import heartbeat, sync


def run(broker: Wire) -> None:
    static: Message = {"group_instance_id": "one"}
    group, topic = broker.name("g"), broker.topic()
    old = broker.quiet("JoinGroup", 9, **join(group, **static))["member_id"]
    broker.quiet("SyncGroup", 5, **sync(group, old, 1, (old, b"mine"), **static))
    new = broker.quiet("JoinGroup", 9, **join(group, **static))["member_id"]
    broker.ask("Heartbeat", 4, **heartbeat(group, old))
    broker.ask("SyncGroup", 5, **sync(group, old))
    broker.ask("OffsetCommit", 8, **commit(group, topic, 1, member_id=old, generation=1))
    broker.ask("Heartbeat", 4, **heartbeat(group, new))
