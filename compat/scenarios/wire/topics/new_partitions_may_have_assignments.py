"""Replicas may be given for each new partition: one row each, known brokers, else 39; an empty
list is 39, null lets the broker choose."""

from compat.wire import Wire


def run(broker: Wire) -> None:
    topic = broker.topic(partitions=2)
    for count, brokers in ((3, [[9]]), (4, [[1]]), (3, []), (3, [[1, 1]]), (3, [[]]), (3, [[1]])):
        rows = [{"broker_ids": ids} for ids in brokers]
        row = {"name": topic, "count": count, "assignments": rows}
        broker.ask("CreatePartitions", 3, topics=[row], timeout_ms=10_000)
