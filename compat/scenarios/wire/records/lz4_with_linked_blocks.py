"""An LZ4 frame whose blocks depend on each other, which Java cannot read, is refused."""

from functools import partial

import lz4.frame

from compat.wire import LZ4, Wire, batch, packed, produce


def run(broker: Wire) -> None:
    topic = broker.topic()
    plain = batch(b"abcdefgh" * 20_000, b"b", attributes=LZ4)
    for what, linked in (("linked blocks", True), ("independent blocks", False)):
        size = lz4.frame.BLOCKSIZE_MAX64KB
        pack = partial(lz4.frame.compress, block_size=size, block_linked=linked)
        broker.ask("Produce", 9, **produce(topic, packed(plain, what, pack)))
