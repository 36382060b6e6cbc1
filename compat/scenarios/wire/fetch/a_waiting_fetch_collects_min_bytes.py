"""A fetch with min_bytes of 300 is not answered by 200 bytes, but by 200 more, with both."""

import time

from compat.wire import Wire, batch, fetch


def run(broker: Wire) -> None:
    topic = broker.topic()
    connection = broker.connect()
    began = time.monotonic()
    pending = connection.send("Fetch", 12, **fetch((topic, 0), max_wait_ms=10_000, min_bytes=300))
    for value in (b"x", b"y"):
        broker.fill(topic, batch(value * 130))
    broker.receive(connection, pending)
    broker.record("within 5 s", time.monotonic() - began < 5)
