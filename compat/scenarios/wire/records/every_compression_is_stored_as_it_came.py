"""With compression.type producer a batch is stored as the client compressed it."""

from compat.wire import GZIP, LZ4, NONE, SNAPPY, ZSTD, Wire, batch, fetch, produce


def run(broker: Wire) -> None:
    topic = broker.topic()
    for kind in (NONE, GZIP, SNAPPY, LZ4, ZSTD):
        broker.ask("Produce", 9, **produce(topic, batch(b"a" * 50, b"b", compression=kind)))
    broker.ask("Fetch", 12, **fetch((topic, 0)))
