"""From version 4 on a dynamic classic member of a new group must come back with the id that it is
given; any id that it brings is taken."""

from compat.wire import Wire
from compat.wire.coordinators import ask_join, assigning_at_once, enter, known_topic, rejoin


def run(broker: Wire) -> None:
    group = broker.name("g")
    assigning_at_once(broker, group)
    topic = known_topic(broker, partitions=2, near=group)
    broker.quiet("ConsumerGroupHeartbeat", 1, **enter(group, "new", topic))
    given = ask_join(broker, 9, **rejoin(group, "", topic))["member_id"]
    ask_join(broker, 9, **rejoin(group, given, topic))
    ask_join(broker, 9, **rejoin(group, "made-up", topic))
    ask_join(broker, 4, **rejoin(group, "", topic))
    static = {"group_instance_id": "one"}
    ask_join(broker, 9, **rejoin(group, "", topic, **static))
    ask_join(broker, 9, **rejoin(group, "other", topic, **static))
    ask_join(broker, 9, **rejoin(group, "other", topic, group_instance_id="nobody"))
