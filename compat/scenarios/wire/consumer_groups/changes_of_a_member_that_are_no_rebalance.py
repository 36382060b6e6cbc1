"""Another rack, rebalance timeout or assignor is kept without a new epoch."""

from compat.wire import Wire
from compat.wire.coordinators import known_topic
from compat.wire.members import Member


def run(broker: Wire) -> None:
    group = broker.name("g")
    topic = known_topic(broker, near=group)
    member = Member(broker, group, "m")
    member.join(topic)
    for more in (
        {"rack_id": "r"},
        {"rebalance_timeout_ms": 10_000},
        {"rebalance_timeout_ms": 0},
        {"rebalance_timeout_ms": -7},
        {"server_assignor": "range"},
    ):
        broker.ask("ConsumerGroupHeartbeat", 1, **member.silent(**more))
    broker.ask("ConsumerGroupDescribe", 1, group_ids=[group])
