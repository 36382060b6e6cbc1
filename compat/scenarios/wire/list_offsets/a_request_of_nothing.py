"""ListOffsets without topics, and of a topic without partitions."""

from compat.wire import Wire, list_offsets


def run(broker: Wire) -> None:
    for version in (1, 7, 11):
        broker.ask("ListOffsets", version, replica_id=-1, topics=[])
    broker.ask("ListOffsets", 7, **list_offsets(broker.topic()))
