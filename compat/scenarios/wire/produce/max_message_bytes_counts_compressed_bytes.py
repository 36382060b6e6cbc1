"""A compressed batch counts against max.message.bytes with its compressed size."""

from compat.wire import GZIP, Wire, batch, produce


def run(broker: Wire) -> None:
    topic = broker.topic(max_message_bytes=1000)
    broker.ask("Produce", 9, **produce(topic, batch(b"x" * 5000, compression=GZIP)))
    unpacked = broker.topic("u", max_message_bytes=1000, compression_type="uncompressed")
    broker.ask("Produce", 9, **produce(unpacked, batch(b"x" * 5000, compression=GZIP)))
