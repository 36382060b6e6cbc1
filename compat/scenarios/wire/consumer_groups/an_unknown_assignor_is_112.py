"""A server assignor that the broker does not have is UNSUPPORTED_ASSIGNOR; uniform and range are
good."""

from compat.wire import Wire
from compat.wire.coordinators import enter, known_topic


def run(broker: Wire) -> None:
    group = broker.name("g")
    topic = known_topic(broker, partitions=2, near=group)
    for assignor in ("nonsense", "uniform"):
        body = enter(group, "m", topic, server_assignor=assignor)
        broker.ask("ConsumerGroupHeartbeat", 1, **body)
    body = enter(broker.name("h"), "m", topic, server_assignor="range")
    answer = broker.quiet("ConsumerGroupHeartbeat", 1, **body)
    broker.record("ConsumerGroupHeartbeat v1 with range", answer["error_code"])
