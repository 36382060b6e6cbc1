"""A follower's SyncGroup is answered when the leader has sent the assignments, not before."""

from compat.wire import SILENCE, Wire, join
from compat.wire.coordinators import group_of_two, sync


def run(broker: Wire) -> None:
    group = broker.name("g")
    leader, follower, connection = group_of_two(broker, group)
    rejoining = connection.send("JoinGroup", 3, **join(group, follower, (("range", b"new"),)))
    broker.rebalancing(group, leader, 2)
    broker.quiet("JoinGroup", 3, **join(group, leader))
    broker.receive(connection, rejoining, what="of the follower", show=lambda a: a["error_code"])
    held = connection.send("SyncGroup", 3, **sync(group, follower, 3))
    early = connection.receive(held, timeout=0.3)
    assert early == SILENCE, early
    broker.record("SyncGroup v3 of the follower, early", early)
    broker.ask("SyncGroup", 3, **sync(group, leader, 3, (follower, b"new")))
    broker.receive(connection, held, what="of the follower")
