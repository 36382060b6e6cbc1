"""After a restart a static member comes back with its instance id and gets its old assignment."""

from compat.wire import Message, Wire, join
from compat.wire.coordinators import sync

OWN_BROKER = True


def run(broker: Wire) -> None:
    static: Message = {"group_instance_id": "one"}
    group = broker.name("g")
    first = broker.quiet("JoinGroup", 9, **join(group, **static))["member_id"]
    broker.quiet("SyncGroup", 5, **sync(group, first, 1, (first, b"mine"), **static))
    broker.restart()
    broker.until(
        lambda answer: answer["groups"][0]["error_code"] not in (14, 15, 16),
        "DescribeGroups",
        5,
        groups=[group],
    )
    again = broker.ask("JoinGroup", 9, **join(group, **static))["member_id"]
    broker.ask("SyncGroup", 5, **sync(group, again, **static))
