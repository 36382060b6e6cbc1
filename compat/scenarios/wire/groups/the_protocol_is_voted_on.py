"""The group uses, of the protocols that all support, the one that most members like best."""

from compat.wire import Wire, join

FIRST = (("range", b"1"), ("sticky", b"1"))
OTHERS = (("unknown", b"2"), ("sticky", b"2"), ("range", b"2"))


def run(broker: Wire) -> None:
    group = broker.name("g")
    first = broker.stable_group(group, protocols=FIRST)
    connections = [broker.connect(), broker.connect()]
    waiting = [one.send("JoinGroup", 3, **join(group, protocols=OTHERS)) for one in connections]
    broker.until(
        lambda answer: len(answer["groups"][0]["members"]) == 3,
        "DescribeGroups",
        4,
        groups=[group],
    )
    broker.ask(
        "JoinGroup",
        3,
        show=lambda a: {**a, "members": sorted(row["metadata"] for row in a["members"])},
        **join(group, first, protocols=FIRST),
    )
    for connection, pending in zip(connections, waiting, strict=True):
        broker.receive(connection, pending, what="of a follower")
