"""A fetch that finds less than min_bytes waits for max_wait_ms and returns what there is."""

import time

from compat.wire import Wire, batch, fetch


def run(broker: Wire) -> None:
    topic = broker.topic()
    broker.fill(topic, batch(b"x"))
    began = time.monotonic()
    broker.ask("Fetch", 12, **fetch((topic, 0), max_wait_ms=400, min_bytes=10_000))
    broker.record("after the wait", time.monotonic() - began >= 0.39)
