"""Names that no topic can have are unknown topics; topics without partitions are listed empty."""

from compat.wire import Message, Wire


def run(broker: Wire) -> None:
    row = {"partition_index": 0, "replicas": [1]}
    for name in ("", ".", "a b", "x" * 250):
        rows: list[Message] = [{"name": name, "partitions": [row]}]
        broker.ask("AlterPartitionReassignments", 1, topics=rows)
    rows = [{"name": name, "partitions": []} for name in (broker.name("none"), broker.topic())]
    broker.ask("AlterPartitionReassignments", 1, topics=rows)
