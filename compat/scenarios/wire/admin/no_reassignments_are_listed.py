"""While nothing moves ListPartitionReassignments is empty, for all, for named and for unknown
partitions."""

from compat.wire import Wire


def run(broker: Wire) -> None:
    broker.ask("ListPartitionReassignments", 0, topics=None)
    for topic in (broker.topic(), broker.name("none")):
        rows = [{"name": topic, "partition_indexes": [0]}]
        broker.ask("ListPartitionReassignments", 0, topics=rows)
