"""In a JoinGroup answer only the leader finds the members; a follower gets an empty list."""

from compat.wire import Wire, join


def run(broker: Wire) -> None:
    group = broker.name("g")
    first = broker.stable_group(group)
    connection = broker.connect()
    waiting = connection.send("JoinGroup", 3, **join(group))
    broker.rebalancing(group, first)
    broker.ask(
        "JoinGroup",
        3,
        **join(group, first),
        show=lambda a: {**a, "members": len(a["members"])},
    )
    broker.receive(connection, waiting, what="of the follower")
