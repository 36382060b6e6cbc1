"""Without transactions the last stable offset is the end: read_committed answers the same."""

from compat.wire import Wire, batch, list_offsets


def run(broker: Wire) -> None:
    topic = broker.topic()
    broker.fill(topic, batch(b"x"))
    for level in (0, 1):
        for timestamp in (-1, -2, -3):
            broker.ask("ListOffsets", 7, **list_offsets(topic, timestamp, isolation_level=level))
