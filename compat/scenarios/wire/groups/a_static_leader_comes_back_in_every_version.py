"""A static leader that comes back unchanged keeps the generation; from version 9 on it is told to
skip the assignment."""

from compat.wire import Wire, join
from compat.wire.coordinators import sync


def run(broker: Wire) -> None:
    group = broker.name("g")
    joined = broker.ask("JoinGroup", 9, **join(group, group_instance_id="i1"))
    member = joined["member_id"]
    body = sync(group, member, 1, (member, b"A"), group_instance_id="i1")
    broker.ask("SyncGroup", 5, **body)
    for version in (5, 6, 7, 8, 9):
        again = broker.ask("JoinGroup", version, **join(group, group_instance_id="i1"))
        generation = again["generation_id"]
        body = sync(group, again["member_id"], generation, group_instance_id="i1")
        broker.ask("SyncGroup", 5, **body)
    for protocols in (
        (("range", b"new"),),
        (("range", b"new"), ("other", b"x")),
        (("other", b"x"),),
    ):
        again = broker.ask("JoinGroup", 9, **join(group, "", protocols, group_instance_id="i1"))
    broker.ask("DescribeGroups", 6, groups=[group])
