"""Each member of a LeaveGroup is judged by itself: unknown, fenced, or gone already."""

from compat.wire import Wire, join
from compat.wire.coordinators import sync


def run(broker: Wire) -> None:
    group = broker.name("g")
    joined = broker.ask("JoinGroup", 9, **join(group, group_instance_id="i1"))
    member = joined["member_id"]
    body = sync(group, member, 1, (member, b"A"), group_instance_id="i1")
    broker.ask("SyncGroup", 5, **body)
    for version, members in (
        (5, []),
        (5, [("", None)]),
        (4, [("other", None)]),
        (3, [("", "i9")]),
        (5, [("other", "i1")]),
        (5, [("other", "i1"), ("", "i9"), (member, "i9")]),
        (3, [("", "i1"), ("", "i1")]),
        (5, [("", "i1")]),
        (5, [(member, None)]),
    ):
        rows = [{"member_id": who, "group_instance_id": instance} for who, instance in members]
        broker.ask("LeaveGroup", version, group_id=group, members=rows)
    broker.ask("DescribeGroups", 6, groups=[group])
    unknown = broker.name("unknown")
    broker.ask("LeaveGroup", 5, group_id=unknown, members=[{"member_id": "x"}])
    broker.ask("LeaveGroup", 2, group_id=unknown, member_id="x")
