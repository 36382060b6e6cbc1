"""A commit of a static member is checked as its heartbeat is: fenced, unknown, then the
generation."""

from compat.wire import Message, Wire, commit, join
from compat.wire.coordinators import sync


def run(broker: Wire) -> None:
    topic, group = broker.topic(), broker.name("g")
    joined = broker.ask("JoinGroup", 9, **join(group, group_instance_id="i1"))
    member = joined["member_id"]
    body = sync(group, member, 1, (member, b"A"), group_instance_id="i1")
    broker.ask("SyncGroup", 5, **body)
    for member_id, generation, instance in (
        (member, 1, "i1"),
        (member, 1, "i2"),
        (member, 1, None),
        (member, 2, "i1"),
        (member, -1, "i1"),
        ("other", 1, "i1"),
        ("other", 2, "i2"),
        ("", 1, "i1"),
        ("", -1, "i1"),
        ("", -1, None),
    ):
        who: Message = {"member_id": member_id, "group_instance_id": instance}
        epoch: Message = {"generation_id_or_member_epoch": generation}
        broker.ask("OffsetCommit", 8, **commit(group, topic, 5, **who, **epoch))
