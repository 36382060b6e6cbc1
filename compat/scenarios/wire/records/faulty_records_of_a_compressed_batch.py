"""The records at fault are named in compressed batches and in those that are stored in another
compression, too; before v8 there is the code alone."""

from compat.wire import GZIP, LZ4, Batch, Wire, batch, produce


def run(broker: Wire) -> None:
    for kind in ("producer", "zstd", "uncompressed"):
        topic = broker.topic(kind, cleanup_policy="compact", compression_type=kind)
        for compression in (0, GZIP, LZ4):
            broker.ask("Produce", 9, **produce(topic, _batch(compression)))
    broker.ask("Produce", 7, **produce(topic, _batch()))
    stamped = broker.topic(
        "stamped", cleanup_policy="compact", message_timestamp_type="LogAppendTime"
    )
    broker.ask("Produce", 9, **produce(stamped, _batch()))


def _batch(compression: int = 0) -> Batch:
    """Of five records three have no key."""
    return batch((b"k", b"a"), b"b", (b"k", b"c"), b"d", b"e", compression=compression)
