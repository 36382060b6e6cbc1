"""A time is looked for in the first segment whose largest time is not below it."""

from compat.wire import Wire, batch, list_offsets


def run(broker: Wire) -> None:
    topic = broker.topic(retention_ms=-1, segment_ms=1000)
    for at in (1000, 5000, 4500, 9000, 3000, 20_000):
        broker.fill(topic, batch(b"x", timestamp=at))
    for timestamp in (0, 1001, 4600, 5000, 5001, 9001, 20_000, 20_001, -3):
        broker.ask("ListOffsets", 7, **list_offsets(topic, timestamp))
