"""Of three members each gets what the leader assigned to it, and the one left out gets nothing."""

from compat.wire import Wire, join
from compat.wire.coordinators import sync


def run(broker: Wire) -> None:
    group = broker.name("g")
    first = broker.stable_group(group)
    connections = [broker.connect(), broker.connect()]
    waiting = [one.send("JoinGroup", 3, **join(group)) for one in connections]
    broker.until(
        lambda answer: len(answer["groups"][0]["members"]) == 3,
        "DescribeGroups",
        4,
        groups=[group],
    )
    broker.ask("JoinGroup", 3, show=lambda a: len(a["members"]), **join(group, first))
    others = [
        broker.receive(connection, pending, what="of a follower")["member_id"]
        for connection, pending in zip(connections, waiting, strict=True)
    ]
    held = [
        connection.send("SyncGroup", 3, **sync(group, member, 2))
        for connection, member in zip(connections, others, strict=True)
    ]
    broker.ask("SyncGroup", 3, **sync(group, first, 2, (first, b"one"), (others[1], b"three")))
    for connection, pending in zip(connections, held, strict=True):
        broker.receive(connection, pending, what="of a follower")
