"""An unknown topic is UNKNOWN_TOPIC_OR_PARTITION; a topic named twice is INVALID_REQUEST; the
others are done."""

from compat.wire import Wire


def run(broker: Wire) -> None:
    topic, other = broker.topic(), broker.topic("other")
    rows = [
        {"name": name, "count": 2, "assignments": None}
        for name in (topic, topic, other, broker.name("none"), "")
    ]
    broker.ask("CreatePartitions", 3, topics=rows, timeout_ms=10_000, validate_only=False)
    broker.ask("CreatePartitions", 3, topics=[], timeout_ms=10_000, validate_only=False)
