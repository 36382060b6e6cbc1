"""gzip bytes of two members are read as one."""

import gzip

from compat.wire import GZIP, Wire, batch, packed, produce


def run(broker: Wire) -> None:
    topic = broker.topic()
    plain = batch(b"a" * 50, b"b", attributes=GZIP)
    records = packed(
        plain, "two members", lambda body: gzip.compress(body[:30]) + gzip.compress(body[30:])
    )
    broker.ask("Produce", 9, **produce(topic, records))
