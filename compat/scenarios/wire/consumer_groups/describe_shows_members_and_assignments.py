"""ConsumerGroupDescribe shows epochs, the assignor, subscriptions and both assignments; v1 the
type of each member."""

from compat.wire import Wire
from compat.wire.coordinators import enter, known_topic


def run(broker: Wire) -> None:
    group = broker.name("g")
    topic = known_topic(broker, partitions=2, near=group)
    body = enter(group, "m", topic, instance_id="one", rack_id="r")
    broker.quiet("ConsumerGroupHeartbeat", 1, **body)
    for version in (0, 1):
        broker.ask("ConsumerGroupDescribe", version, group_ids=[group])
    broker.ask("ConsumerGroupDescribe", 1, group_ids=[group], include_authorized_operations=True)
