"""A fetch at the end of the log is answered as soon as another connection appends."""

import time

from compat.wire import Wire, batch, fetch


def run(broker: Wire) -> None:
    topic = broker.topic()
    connection = broker.connect()
    began = time.monotonic()
    pending = connection.send("Fetch", 12, **fetch((topic, 0), max_wait_ms=10_000, min_bytes=1))
    time.sleep(0.1)
    broker.fill(topic, batch(b"x"))
    broker.receive(connection, pending)
    broker.record("within 5 s", time.monotonic() - began < 5)
