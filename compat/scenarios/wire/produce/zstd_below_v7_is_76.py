"""zstd needs Produce v7; below, its bits alone are 76."""

from compat.wire import ZSTD, Wire, batch, produce


def run(broker: Wire) -> None:
    topic = broker.topic()
    for version in (3, 6):
        broker.ask("Produce", version, **produce(topic, batch(b"x", compression=ZSTD)))
        broker.ask("Produce", version, **produce(topic, batch(b"x", attributes=ZSTD)))
    broker.ask("Produce", 7, **produce(topic, batch(b"x", compression=ZSTD)))
