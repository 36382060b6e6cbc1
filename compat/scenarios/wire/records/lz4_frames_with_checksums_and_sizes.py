"""LZ4 frames with a content checksum, block checksums or a content size are accepted."""

from functools import partial

import lz4.frame

from compat.wire import LZ4, Wire, batch, packed, produce


def run(broker: Wire) -> None:
    topic = broker.topic()
    plain = batch(b"a" * 50, b"b", attributes=LZ4)
    for what, options in (
        ("content checksum", {"content_checksum": True}),
        ("block checksums", {"block_checksum": True}),
        ("no content size", {"store_size": False}),
    ):
        pack = partial(lz4.frame.compress, block_linked=False, **options)
        broker.ask("Produce", 9, **produce(topic, packed(plain, what, pack)))
