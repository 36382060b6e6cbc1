"""compression.type uncompressed: a compressed batch is stored plain."""

from compat.wire import GZIP, ZSTD, Wire, batch, fetch, produce


def run(broker: Wire) -> None:
    topic = broker.topic(compression_type="uncompressed")
    for kind in (GZIP, ZSTD):
        broker.ask("Produce", 9, **produce(topic, batch((b"k", b"a"), b"b", compression=kind)))
    broker.ask("Fetch", 12, **fetch((topic, 0)))
