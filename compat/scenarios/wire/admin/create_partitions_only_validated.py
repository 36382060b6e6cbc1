"""validate_only says what would happen and creates nothing."""

from compat.wire import Wire


def run(broker: Wire) -> None:
    topic = broker.topic()
    for count in (5, 1):
        row = {"name": topic, "count": count, "assignments": None}
        broker.ask("CreatePartitions", 3, topics=[row], timeout_ms=10_000, validate_only=True)
    broker.ask(
        "Metadata",
        12,
        show=lambda a: len(a["topics"][0]["partitions"]),
        topics=[{"name": topic}],
    )
