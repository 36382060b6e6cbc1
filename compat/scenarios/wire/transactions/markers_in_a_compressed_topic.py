"""In a topic with a compression of its own the batches of a transaction are compressed; its marker
is not."""

from compat.wire import Wire, fetch
from compat.wire.coordinators import begin, ended_anew, write


def run(broker: Wire) -> None:
    for kind in ("gzip", "lz4", "zstd", "snappy", "uncompressed"):
        topic, (name, producer) = broker.topic(kind, compression_type=kind), begin(broker, kind)
        broker.ask("Produce", 12, **write(name, producer, topic, 0, b"a", b"b"))
        ended_anew(broker, name, producer, committed=False)
        broker.ask("Fetch", 12, **fetch((topic, 0), isolation_level=1))
