"""An LZ4 frame whose blocks depend on each other, which Java cannot read."""

import lz4.frame

from compat.wire import LZ4, Wire, batch, packed, produce


def run(broker: Wire) -> None:
    topic = broker.topic()
    plain = batch(b"a" * 50, b"b", attributes=LZ4)
    records = packed(plain, "linked blocks", lambda body: lz4.frame.compress(body))
    broker.ask("Produce", 9, **produce(topic, records))
