"""By default a batch may have 1,048,588 bytes."""

from compat.wire import Wire, batch, produce

LIMIT = 1_048_588


def run(broker: Wire) -> None:
    topic = broker.topic()
    around = len(batch(b"x" * 1_000_000)) - 1_000_000
    for size in (LIMIT - around, LIMIT - around + 1):
        broker.ask("Produce", 9, **produce(topic, batch(b"x" * size)))
