"""LeaveGroup of several removes those that there are and names the others with their errors."""

from compat.wire import Wire
from compat.wire.coordinators import group_of_two


def run(broker: Wire) -> None:
    group = broker.name("g")
    leader, follower, _ = group_of_two(broker, group)
    rows = [
        {"member_id": "nobody"},
        {"member_id": "", "group_instance_id": "nobody"},
        {"member_id": follower, "reason": "done"},
        {"member_id": leader, "reason": None},
        {"member_id": leader},
    ]
    broker.ask("LeaveGroup", 5, group_id=group, members=rows)
    broker.ask("LeaveGroup", 3, group_id=group, members=[])
    broker.ask("DescribeGroups", 5, groups=[group])
