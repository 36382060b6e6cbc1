"""Records without a time (-1) are found by no time, and are not the newest."""

from compat.wire import Wire, batch, list_offsets


def run(broker: Wire) -> None:
    topic = broker.topic(retention_ms=-1)
    broker.fill(topic, batch(b"x", timestamp=-1))
    for timestamp in (0, 1000, -3, -2, -1):
        broker.ask("ListOffsets", 7, **list_offsets(topic, timestamp))
    broker.fill(topic, batch(b"y", timestamp=1000), batch(b"z", timestamp=-1))
    for timestamp in (0, 1000, 1001, -3, -2, -1):
        broker.ask("ListOffsets", 7, **list_offsets(topic, timestamp))
