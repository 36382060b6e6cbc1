"""OffsetDelete of a topic that members of the new protocol subscribe to is
GROUP_SUBSCRIBED_TO_TOPIC."""

from compat.wire import Wire, commit
from compat.wire.coordinators import enter, known_topic


def run(broker: Wire) -> None:
    group = broker.name("g")
    topic = known_topic(broker, near=group)
    broker.quiet("ConsumerGroupHeartbeat", 1, **enter(group, "m", topic))
    broker.quiet("OffsetCommit", 9, **commit(group, topic, 3, member_id="m", generation=2))
    rows = [{"name": topic, "partitions": [{"partition_index": 0}]}]
    broker.ask("OffsetDelete", 0, group_id=group, topics=rows)
