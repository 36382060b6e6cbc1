"""A pattern has to match the whole name of a topic: a part of it or its beginning is not
enough."""

from compat.wire import Wire
from compat.wire.coordinators import known_topic
from compat.wire.members import Member


def run(broker: Wire) -> None:
    group = broker.name("g")
    known_topic(broker, "orders", near=group)
    known_topic(broker, "orders-2", near=group)
    for member_id, pattern in (("all", "orders.*"), ("one", "orders"), ("part", "order")):
        member = Member(broker, group, member_id, subscribed_topic_regex=broker.name(pattern))
        member.join()
        expected = {"all": 2, "one": 1, "part": 0}[member_id]
        while member.partition_count != expected or member.epoch < 2:
            member.beat()
        broker.record(f"ConsumerGroupHeartbeat v1 of {pattern}", member.partition_count)
        member.leave()
