"""Assignments are one list of brokers for each new partition; empty, too few or unknown brokers
are 39 or 37."""

from compat.wire import Wire


def run(broker: Wire) -> None:
    topic = broker.topic()
    for brokers in ([], [[1], [1]], [[]], [[7]], [[1, 1]], [[1, 2]], [[1]]):
        rows = [{"broker_ids": ids} for ids in brokers]
        row = {"name": topic, "count": 2, "assignments": rows}
        broker.ask("CreatePartitions", 3, topics=[row], timeout_ms=10_000, validate_only=False)
