"""A batch that claims a compression and holds plain records is refused."""

from compat.wire import GZIP, LZ4, SNAPPY, ZSTD, Wire, batch, list_offsets, produce


def run(broker: Wire) -> None:
    topic = broker.topic()
    for kind in (GZIP, SNAPPY, LZ4, ZSTD):
        broker.ask("Produce", 9, **produce(topic, batch(b"x", attributes=kind)))
    broker.ask("ListOffsets", 6, **list_offsets(topic, -1))
