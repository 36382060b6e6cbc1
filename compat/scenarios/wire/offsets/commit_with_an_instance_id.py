"""A static member may name its instance id in a commit from v7 on, or leave it out."""

from compat.wire import Message, Wire, commit, join
from compat.wire.coordinators import sync


def run(broker: Wire) -> None:
    static: Message = {"group_instance_id": "one"}
    group, topic = broker.name("g"), broker.topic()
    member = broker.quiet("JoinGroup", 9, **join(group, **static))["member_id"]
    broker.quiet("SyncGroup", 5, **sync(group, member, 1, (member, b"mine"), **static))
    body = commit(group, topic, 1, member_id=member, generation=1)
    for version in (7, 9):
        broker.ask("OffsetCommit", version, **body, **static)
        broker.ask("OffsetCommit", version, **body)
