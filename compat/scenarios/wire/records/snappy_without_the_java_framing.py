"""A batch in snappy as one raw block, as librdkafka writes it, is accepted and returned."""

import cramjam

from compat.wire import SNAPPY, Wire, batch, fetch, packed, produce


def run(broker: Wire) -> None:
    topic = broker.topic()
    plain = batch(b"a" * 50, b"b", attributes=SNAPPY)
    raw = packed(plain, "one raw block", lambda body: bytes(cramjam.snappy.compress_raw(body)))
    broker.ask("Produce", 9, **produce(topic, raw))
    broker.ask("Fetch", 12, **fetch((topic, 0)))
