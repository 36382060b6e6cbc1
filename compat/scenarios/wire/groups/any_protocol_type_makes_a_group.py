"""A group of Connect workers, or of a type nobody knows, is a group like those of consumers."""

from compat.wire import Wire, join
from compat.wire.coordinators import sync


def run(broker: Wire) -> None:
    for kind in ("connect", "anything at all"):
        group = broker.name(kind[:3])
        protocols = (("sessioned", b"\x00\x02w"),)
        member = broker.quiet(
            "JoinGroup", 3, **join(group, protocols=protocols, protocol_type=kind)
        )
        body = sync(group, member["member_id"], 1, (member["member_id"], b"work"))
        named = {**body, "protocol_type": kind, "protocol_name": "sessioned"}
        broker.ask("SyncGroup", 5, **named)
        broker.ask("DescribeGroups", 5, groups=[group])
