"""A timestamp finds the first record, by offset, whose own is not before it; none is -1, -1."""

from compat.wire import Wire, batch, list_offsets


def run(broker: Wire) -> None:
    topic = broker.topic(retention_ms=-1)
    for at in (1000, 3000, 2000):
        broker.fill(topic, batch(b"x", timestamp=at))
    for timestamp in (0, 999, 1000, 1001, 2000, 2001, 3000, 3001):
        broker.ask("ListOffsets", 7, **list_offsets(topic, timestamp))
