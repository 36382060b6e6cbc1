"""The same count as before, fewer, zero and a negative one are 37."""

from compat.wire import Wire


def run(broker: Wire) -> None:
    topic = broker.topic(partitions=2)
    for count in (2, 1, 0, -1):
        row = {"name": topic, "count": count, "assignments": None}
        broker.ask("CreatePartitions", 3, topics=[row], timeout_ms=10_000)
