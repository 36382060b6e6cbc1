"""When another member took over an instance id, heartbeats and leaving of its former owner are
FENCED_INSTANCE_ID; an instance id that nobody has is UNKNOWN_MEMBER_ID."""

from compat.wire import Wire
from compat.wire.coordinators import beat, known_topic
from compat.wire.members import Member


def run(broker: Wire) -> None:
    group = broker.name("g")
    topic = known_topic(broker, near=group)
    old = Member(broker, group, "m", instance_id="one")
    old.join(topic)
    old.leave(-2)
    new = Member(broker, group, "n", instance_id="one")
    new.join(topic)
    broker.ask("ConsumerGroupHeartbeat", 1, **beat(group, "m", 2, instance_id="one"))
    broker.ask("ConsumerGroupHeartbeat", 1, **beat(group, "m", -1, instance_id="one"))
    broker.ask("ConsumerGroupHeartbeat", 1, **beat(group, "m", -2, instance_id="one"))
    broker.ask("ConsumerGroupHeartbeat", 1, **beat(group, "m", 2))
    broker.ask("ConsumerGroupHeartbeat", 1, **beat(group, "n", 2, instance_id="two"))
    broker.ask("ConsumerGroupHeartbeat", 1, **beat(group, "n", -1, instance_id="two"))
    broker.ask("ConsumerGroupHeartbeat", 1, **new.beating())
