"""A member that does not give up its partitions within its rebalance timeout is removed,
heartbeats or not; the other one gets them."""

from compat.wire import Wire
from compat.wire.coordinators import known_topic
from compat.wire.members import Member, settle, shape


def run(broker: Wire) -> None:
    group = broker.name("g")
    topic = known_topic(broker, partitions=2, near=group)
    first = Member(broker, group, "m", rebalance_timeout_ms=300)
    first.join(topic)
    owned = first.owned
    second = Member(broker, group, "n")
    second.join(topic)
    while first.beat(topic_partitions=owned)["error_code"] == 0:
        second.beat()
    broker.ask("ConsumerGroupHeartbeat", 1, **first.silent())
    settle(broker, second, epoch=4)
    broker.ask("ConsumerGroupDescribe", 1, show=shape, group_ids=[group])
