"""ListOffsets v1 to v11 finds the earliest and the latest offset, each with its own fields."""

from compat.wire import Wire, batch, list_offsets


def run(broker: Wire) -> None:
    topic = broker.topic()
    broker.fill(topic, batch(b"x"))
    for version in range(1, 12):
        for timestamp in (-2, -1):
            broker.ask("ListOffsets", version, **list_offsets(topic, timestamp))
