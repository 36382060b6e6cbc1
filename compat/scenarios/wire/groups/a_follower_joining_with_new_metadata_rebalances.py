"""A follower that joins with other metadata makes the others rebalance."""

from compat.wire import Wire, join
from compat.wire.coordinators import group_of_two


def run(broker: Wire) -> None:
    group = broker.name("g")
    leader, follower, connection = group_of_two(broker, group)
    body = join(group, follower, protocols=(("range", b"new"),))
    waiting = connection.send("JoinGroup", 5, **body)
    broker.rebalancing(group, leader, 2)
    broker.ask(
        "JoinGroup",
        5,
        show=lambda a: {**a, "members": sorted(row["metadata"] for row in a["members"])},
        **join(group, leader),
    )
    broker.receive(connection, waiting, what="of the follower")
