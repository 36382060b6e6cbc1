"""A group of group.max.size members answers GROUP_MAX_SIZE_REACHED to one more."""

from compat.wire import Wire, join

SETTINGS = {"group.max.size": "1"}


def run(broker: Wire) -> None:
    group = broker.name("g")
    broker.stable_group(group)
    broker.ask("JoinGroup", 3, **join(group))
    answer = broker.ask("JoinGroup", 9, **join(group))
    broker.ask("JoinGroup", 9, **join(group, answer["member_id"]))
    broker.ask("JoinGroup", 9, **join(group, group_instance_id="one"))
