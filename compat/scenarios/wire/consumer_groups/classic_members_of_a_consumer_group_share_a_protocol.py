"""Classic members of a new group must share a protocol of the type "consumer"."""

from compat.wire import Wire
from compat.wire.coordinators import (
    ask_join,
    assigning_at_once,
    enter,
    known_topic,
    rejoin,
    subscription,
)


def run(broker: Wire) -> None:
    group = broker.name("g")
    assigning_at_once(broker, group)
    topic = known_topic(broker, partitions=2, near=group)
    broker.quiet("ConsumerGroupHeartbeat", 1, **enter(group, "new", topic))
    for protocols in (
        ["range", "roundrobin"],
        ["roundrobin", "sticky"],
        ["range"],
        ["sticky", "roundrobin"],
        ["other", "else"],
        [],
    ):
        rows = [{"name": name, "metadata": subscription(topic)} for name in protocols]
        name = "-".join(["m", *protocols])
        ask_join(broker, 5, **rejoin(group, name, topic, protocols=rows))
    ask_join(broker, 5, **rejoin(group, "c", topic, protocol_type="connect"))
    ask_join(broker, 5, **rejoin(group, "c", topic, protocol_type=""))
    ask_join(broker, 5, **rejoin(group, "s", topic, session_timeout_ms=5))
    ask_join(broker, 5, **rejoin(group, "s", topic, session_timeout_ms=10**9))
