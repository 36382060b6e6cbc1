"""Without tiered storage -4 (earliest local) is the log's start, and -5 (latest tiered) and -6
(earliest pending upload) are answered, too."""

from compat.wire import Wire, batch, list_offsets


def run(broker: Wire) -> None:
    topic = broker.topic()
    broker.fill(topic, batch(b"a"), batch(b"b"))
    for timestamp in (-4, -5, -6):
        broker.ask("ListOffsets", 11, **list_offsets(topic, timestamp))
