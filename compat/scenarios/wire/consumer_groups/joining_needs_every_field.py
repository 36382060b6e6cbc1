"""A first heartbeat without group, timeout, subscription or owned partitions is INVALID_REQUEST."""

from compat.wire import Wire
from compat.wire.coordinators import enter


def run(broker: Wire) -> None:
    group, topic = broker.name("g"), broker.topic()
    broker.ask("ConsumerGroupHeartbeat", 1, **enter("", "m", topic))
    for absent in (
        {"rebalance_timeout_ms": -1},
        {"subscribed_topic_names": None},
        {"topic_partitions": None},
        {"topic_partitions": [{"topic_id": broker.topic_id(topic), "partitions": [0]}]},
        {"instance_id": ""},
        {"rack_id": ""},
    ):
        body = enter(group, "m", topic, **absent)
        broker.ask("ConsumerGroupHeartbeat", 1, **body)
