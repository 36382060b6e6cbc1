"""Counts of 0 and below, the present one, and assignments that do not fit the count."""

from compat.wire import Message, Wire


def run(broker: Wire) -> None:
    topic = broker.topic(partitions=2)
    limits: Message = {"timeout_ms": 10_000, "validate_only": True}
    for count in (0, -1, 1, 2, -(2**31)):
        for assignments in (None, [], [{"broker_ids": [1]}]):
            row: Message = {"name": topic, "count": count, "assignments": assignments}
            broker.ask("CreatePartitions", 3, topics=[row], **limits)
    odd: tuple[list[list[int]], ...] = ([], [[]], [[1], [1]], [[1, 2]], [[1, 1]], [[-1]])
    for brokers in odd:
        row = {"name": topic, "count": 3, "assignments": [{"broker_ids": b} for b in brokers]}
        broker.ask("CreatePartitions", 3, topics=[row], **limits)
