"""What a static member says under another member id is fenced, under another instance id unknown;
a wrong generation comes after both."""

from compat.wire import Wire, join
from compat.wire.coordinators import heartbeat, sync


def run(broker: Wire) -> None:
    group = broker.name("g")
    joined = broker.ask("JoinGroup", 9, **join(group, group_instance_id="i1"))
    member = joined["member_id"]
    body = sync(group, member, 1, (member, b"A"), group_instance_id="i1")
    broker.ask("SyncGroup", 5, **body)
    for member_id, generation, instance in (
        (member, 1, "i1"),
        (member, 1, "i2"),
        (member, 1, None),
        (member, 2, "i1"),
        ("other", 1, "i1"),
        ("other", 2, "i1"),
        ("other", 2, "i2"),
        ("", 1, "i1"),
    ):
        named = {"group_instance_id": instance}
        broker.ask("Heartbeat", 4, **heartbeat(group, member_id, generation, **named))
        broker.ask("SyncGroup", 5, **sync(group, member_id, generation, **named))
    for member_id, instance in (("other", "i1"), ("other", "i2"), (member, "i2"), ("other", None)):
        body = join(group, member_id, group_instance_id=instance)
        broker.ask("JoinGroup", 9, **body)
