"""ListOffsets of read_committed for partitions that are unknown, twice, or of another leader
epoch."""

from compat.wire import Wire, list_offsets
from compat.wire.coordinators import opened


def run(broker: Wire) -> None:
    topic = broker.topic()
    opened(broker, topic)
    for epoch in (-1, 0, 5):
        body = list_offsets(topic, -1, isolation_level=1)
        body["topics"][0]["partitions"][0]["current_leader_epoch"] = epoch
        broker.ask("ListOffsets", 7, **body)
    for partition in (1, -1):
        broker.ask(
            "ListOffsets", 7, **list_offsets(topic, -1, partition=partition, isolation_level=1)
        )
    broker.ask("ListOffsets", 2, **list_offsets(topic, -1, isolation_level=1))
    broker.ask("ListOffsets", 1, **list_offsets(topic, -1))
