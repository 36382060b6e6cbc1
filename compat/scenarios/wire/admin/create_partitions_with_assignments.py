"""Assignments are one list of brokers for each new partition; none, too many, empty lists and
unknown brokers are INVALID_REPLICA_ASSIGNMENT."""

from compat.wire import Wire


def run(broker: Wire) -> None:
    topic = broker.topic()
    tried: list[list[list[int]]] = [[], [[1], [1]], [[]], [[7]], [[1, 1]], [[1, 2]], [[1]]]
    for brokers in tried:
        rows = [{"broker_ids": ids} for ids in brokers]
        row = {"name": topic, "count": 2, "assignments": rows}
        broker.ask("CreatePartitions", 3, topics=[row], timeout_ms=10_000, validate_only=False)
