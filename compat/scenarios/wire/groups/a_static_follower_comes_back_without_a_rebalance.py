"""A static follower that joins again gets a new id, the same generation and the same assignment."""

from compat.wire import Wire, join
from compat.wire.coordinators import heartbeat, sync


def run(broker: Wire) -> None:
    group, connection = broker.name("g"), broker.connect()
    leader = broker.stable_group(group)
    waiting = connection.send("JoinGroup", 9, **join(group, group_instance_id="two"))
    broker.rebalancing(group, leader)
    broker.quiet("JoinGroup", 5, **join(group, leader))
    joined = connection.receive(waiting)
    assert isinstance(joined, dict), joined
    follower = joined["member_id"]
    body = sync(group, leader, 2, (leader, b"one"), (follower, b"two"))
    broker.quiet("SyncGroup", 5, **body)
    again = broker.ask("JoinGroup", 9, **join(group, group_instance_id="two"))["member_id"]
    broker.ask("SyncGroup", 5, **sync(group, again, 2, group_instance_id="two"))
    broker.ask("Heartbeat", 4, **heartbeat(group, leader, 2))
