"""ListPartitionReassignments leaves out partitions that do not exist, and topics without any."""

from compat.wire import Wire


def run(broker: Wire) -> None:
    topic = broker.topic()
    for indexes in ([], [0, 0], [9], [-1], [2**31 - 1]):
        rows = [{"name": topic, "partition_indexes": indexes}]
        broker.ask("ListPartitionReassignments", 0, topics=rows)
    broker.ask("ListPartitionReassignments", 0, topics=[])
    rows = [{"name": name, "partition_indexes": [0]} for name in (topic, topic, "", "a b")]
    broker.ask("ListPartitionReassignments", 0, topics=rows)
