"""Offsets of a topic that members of a consumer group subscribe to are
GROUP_SUBSCRIBED_TO_TOPIC; others go."""

from compat.wire import Wire, commit, committed
from compat.wire.coordinators import subscription


def run(broker: Wire) -> None:
    group, topic, other = broker.name("g"), broker.topic(), broker.topic("other")
    member = broker.stable_group(group, protocols=(("range", subscription(topic)),))
    for name in (topic, other):
        broker.quiet("OffsetCommit", 8, **commit(group, name, 3, member_id=member, generation=1))
    rows = [{"name": name, "partitions": [{"partition_index": 0}]} for name in (topic, other)]
    broker.ask("OffsetDelete", 0, group_id=group, topics=rows)
    broker.ask("OffsetFetch", 8, **committed(group))
