"""LeaveGroup that names the last members of the new protocol makes the group classic."""

from typing import Any

from compat.wire import Message, Wire
from compat.wire.coordinators import assigning_at_once, enter, heartbeat, known_topic, leave, rejoin


def run(broker: Wire) -> None:
    group = broker.name("g")
    assigning_at_once(broker, group)
    topic = known_topic(broker, partitions=2, near=group)
    for member in ("new", "newer"):
        broker.quiet("ConsumerGroupHeartbeat", 1, **enter(group, member, topic))
    broker.quiet("JoinGroup", 5, **rejoin(group, "classic", topic))
    broker.ask("LeaveGroup", 5, **leave(group, "new", "newer"))
    broker.ask("DescribeGroups", 5, show=_shown, groups=[group])
    broker.ask("Heartbeat", 4, **heartbeat(group, "classic", 4))


def _shown(answer: Message) -> list[Any]:
    group = answer["groups"][0]
    return [group["group_state"], group["protocol_type"], group["protocol_data"]]
