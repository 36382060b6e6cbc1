"""CreatePartitions with validate_only changes nothing."""

from compat.wire import Wire


def run(broker: Wire) -> None:
    topic = broker.topic()
    for count in (3, 1):
        row = {"name": topic, "count": count, "assignments": None}
        broker.ask("CreatePartitions", 3, topics=[row], timeout_ms=10_000, validate_only=True)
    broker.ask("Metadata", 9, topics=[{"name": topic}])
