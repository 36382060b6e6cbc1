"""When the leader leaves, the remaining member rebalances, joins the next generation and leads
it."""

from compat.wire import Wire, join
from compat.wire.coordinators import group_of_two, leave


def run(broker: Wire) -> None:
    group = broker.name("g")
    leader, follower, _ = group_of_two(broker, group)
    broker.ask("LeaveGroup", 5, **leave(group, leader))
    broker.rebalancing(group, follower, 2)
    broker.ask("JoinGroup", 3, **join(group, follower))
