"""A follower that waits for the leader's assignments hears REBALANCE_IN_PROGRESS when a third
member comes."""

from compat.wire import Wire, join
from compat.wire.coordinators import group_of_two, sync


def run(broker: Wire) -> None:
    group, third = broker.name("g"), broker.connect()
    leader, follower, connection = group_of_two(broker, group)
    rejoining = connection.send("JoinGroup", 3, **join(group, follower, (("range", b"new"),)))
    broker.rebalancing(group, leader, 2)
    broker.quiet("JoinGroup", 3, **join(group, leader))
    broker.receive(connection, rejoining, what="of the follower", show=lambda a: a["error_code"])
    held = connection.send("SyncGroup", 3, **sync(group, follower, 3))
    third.send("JoinGroup", 3, **join(group))
    broker.receive(connection, held, what="of the follower")
