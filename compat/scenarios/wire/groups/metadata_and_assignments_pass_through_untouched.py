"""Cooperative metadata, with owned partitions and a generation, and assignments of any bytes reach
their readers as they were sent."""

from compat.wire import Wire, join
from compat.wire.coordinators import sync

# Version 3: topics, user data, owned partitions, generation, rack; and bytes that no version has.
METADATA = bytes.fromhex(
    "0003000000010001740000000200ff0000000100017400000001000000000000000700026163fefe"
)
ASSIGNMENT = bytes(range(256))


def run(broker: Wire) -> None:
    group = broker.name("g")
    protocols = (("cooperative-sticky", METADATA),)
    member = broker.ask("JoinGroup", 3, **join(group, protocols=protocols))["member_id"]
    body = sync(group, member, 1, (member, ASSIGNMENT))
    broker.ask("SyncGroup", 5, **{**body, "protocol_name": "cooperative-sticky"})
    broker.ask("DescribeGroups", 5, groups=[group])
