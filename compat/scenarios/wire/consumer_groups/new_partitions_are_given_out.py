"""Partitions that a topic gets later are assigned in a new epoch."""

from compat.wire import Wire
from compat.wire.coordinators import known_topic
from compat.wire.members import Member, settle


def run(broker: Wire) -> None:
    group = broker.name("g")
    topic = known_topic(broker, near=group)
    member = Member(broker, group, "m")
    member.join(topic)
    more = [{"name": topic, "count": 3, "assignments": None}]
    broker.quiet("CreatePartitions", 3, topics=more, timeout_ms=5000, validate_only=False)
    while member.partition_count < 3:
        member.beat()
    settle(broker, member)
    broker.ask("ConsumerGroupDescribe", 1, group_ids=[group])
