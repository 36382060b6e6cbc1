"""A group refuses other types and protocols, dynamic and static members alike, before it looks at
anything else."""

from compat.wire import Wire, join
from compat.wire.coordinators import sync


def run(broker: Wire) -> None:
    group = broker.name("g")
    joined = broker.ask("JoinGroup", 9, **join(group, group_instance_id="i1"))
    member = joined["member_id"]
    body = sync(group, member, 1, (member, b"A"), group_instance_id="i1")
    broker.ask("SyncGroup", 5, **body)
    other = (("nope", b"x"),)
    for body in (
        join(group, protocol_type="connect"),
        join(group, "", other),
        join(group, "", other, group_instance_id="i2"),
        join(group, "", other, group_instance_id="i1", protocol_type="connect"),
        join(group, "", (), group_instance_id="i1"),
        join(group, group_instance_id="i1", session_timeout_ms=1),
        join(group, session_timeout_ms=99_999_999),
        join(group, "other", other, group_instance_id="i1"),
    ):
        broker.ask("JoinGroup", 9, **body)
    broker.ask("DescribeGroups", 6, groups=[group])
