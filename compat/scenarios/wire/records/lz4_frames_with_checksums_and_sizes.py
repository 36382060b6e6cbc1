"""LZ4 frames with a content checksum, block checksums or a content size are accepted."""

import lz4.frame

from compat.wire import LZ4, Wire, batch, packed, produce


def run(broker: Wire) -> None:
    topic = broker.topic()
    plain = batch(b"a" * 50, b"b", attributes=LZ4)
    for what, options in (
        ("content checksum", {"content_checksum": True, "block_linked": False}),
        ("block checksums", {"block_checksum": True, "block_linked": False}),
        ("no content size", {"store_size": False, "block_linked": False}),
    ):
        records = packed(plain, what, lambda body, o=options: lz4.frame.compress(body, **o))
        broker.ask("Produce", 9, **produce(topic, records))
