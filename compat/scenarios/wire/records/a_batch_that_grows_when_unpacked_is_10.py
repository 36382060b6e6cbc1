"""max.message.bytes is looked at again after a batch was stored in the topic's compression: one
that grew above it is 10."""

from compat.wire import GZIP, Wire, batch, list_offsets, produce


def run(broker: Wire) -> None:
    topic = broker.topic(compression_type="uncompressed", max_message_bytes=1000)
    for size in (800, 2000):
        records = batch(b"x" * size, compression=GZIP)
        for version in (7, 9):
            broker.ask("Produce", version, **produce(topic, records))
    packed = broker.topic("packed", compression_type="gzip", max_message_bytes=1000)
    broker.ask("Produce", 9, **produce(packed, batch(b"x" * 2000)))
    for one in (topic, packed):
        broker.ask("ListOffsets", 7, **list_offsets(one, -1))
