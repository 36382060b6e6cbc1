"""In a compacted topic the records of a compressed batch need keys as well."""

from compat.wire import GZIP, Wire, batch, produce


def run(broker: Wire) -> None:
    topic = broker.topic(cleanup_policy="compact,delete")
    records = batch((b"k", b"a"), b"b", compression=GZIP)
    broker.ask("Produce", 9, **produce(topic, records))
    good = batch((b"k", b"a"), (b"l", b"b"), compression=GZIP)
    broker.ask("Produce", 9, **produce(topic, good))
