"""A total that is not above the present one is INVALID_PARTITIONS."""

from compat.wire import Wire


def run(broker: Wire) -> None:
    topic = broker.topic(partitions=3)
    for count in (3, 2, 0, -1):
        row = {"name": topic, "count": count, "assignments": None}
        broker.ask("CreatePartitions", 3, topics=[row], timeout_ms=10_000, validate_only=False)
