"""compression.type of the topic rules: batches that came otherwise are stored in it, with a
checksum that fits."""

from compat.wire import GZIP, NONE, Wire, batch, fetch, produce


def run(broker: Wire) -> None:
    for kind in ("gzip", "snappy", "lz4", "zstd"):
        topic = broker.topic(kind, compression_type=kind)
        for own in (NONE, GZIP):
            broker.ask("Produce", 9, **produce(topic, batch(b"a" * 50, b"b", compression=own)))
        broker.ask("Fetch", 12, **fetch((topic, 0)))
