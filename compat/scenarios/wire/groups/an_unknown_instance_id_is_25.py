"""An instance id that no member has is UNKNOWN_MEMBER_ID, also beside a good member id."""

from compat.wire import Message, Wire, commit
from compat.wire.coordinators import heartbeat, sync


def run(broker: Wire) -> None:
    static: Message = {"group_instance_id": "nobody"}
    group, topic = broker.name("g"), broker.topic()
    member = broker.stable_group(group)
    broker.ask("Heartbeat", 4, **heartbeat(group, member, **static))
    broker.ask("SyncGroup", 5, **sync(group, member, **static))
    body = commit(group, topic, 1, member_id=member, generation=1, **static)
    broker.ask("OffsetCommit", 8, **body)
