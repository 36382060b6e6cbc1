"""Of several records with the largest time -3 is the first, in a batch and in the log."""

from compat.wire import Wire, batch, list_offsets


def run(broker: Wire) -> None:
    topic = broker.topic(retention_ms=-1, segment_ms=1000)
    for at in (1000, 9000, 9000, 8000):
        broker.fill(topic, batch(b"x", b"y", timestamp=at))
        broker.ask("ListOffsets", 7, **list_offsets(topic, -3))
    topic = broker.topic("rolled", retention_ms=-1, segment_ms=1000)
    for at in (9000, 1000, 20_000, 9000, 20_000):
        broker.fill(topic, batch(b"x", timestamp=at))
        broker.ask("ListOffsets", 7, **list_offsets(topic, -3))
