"""An id that was handed out but has not joined is an unknown member to Heartbeat, SyncGroup and
OffsetCommit."""

from compat.wire import Wire, commit, join
from compat.wire.coordinators import heartbeat, sync


def run(broker: Wire) -> None:
    group, topic = broker.name("g"), broker.topic()
    pending = broker.quiet("JoinGroup", 5, **join(group))["member_id"]
    for generation in (-1, 0, 1):
        broker.ask("Heartbeat", 4, **heartbeat(group, pending, generation))
    broker.ask("SyncGroup", 5, **sync(group, pending, 0))
    broker.ask("OffsetCommit", 8, **commit(group, topic, 1, member_id=pending, generation=0))
