"""A static member that leaves with -1 is gone with its assignment, and its instance id is
free."""

from compat.wire import Wire
from compat.wire.configs import GROUP, SET, changed, increments
from compat.wire.coordinators import beat, enter, known_topic
from compat.wire.members import Member


def run(broker: Wire) -> None:
    group = broker.name("g")
    topic = known_topic(broker, near=group)
    # Kafka's default, asked for: the next target waits for a second.
    wait = changed(GROUP, group, ("consumer.assignment.interval.ms", SET, "1000"))
    broker.quiet("IncrementalAlterConfigs", 1, **increments(wait))
    member = Member(broker, group, "m", instance_id="one")
    member.join(topic)
    broker.ask("ConsumerGroupHeartbeat", 1, **beat(group, "m", -1, instance_id="one"))
    broker.ask("ConsumerGroupDescribe", 1, group_ids=[group])
    broker.ask("ConsumerGroupHeartbeat", 1, **enter(group, "n", topic, instance_id="one"))
