"""A fetch with a partition in error is answered at once, although the others have nothing."""

import time

from compat.wire import Wire, fetch


def run(broker: Wire) -> None:
    topic = broker.topic()
    began = time.monotonic()
    body = fetch((topic, 0), (broker.name("none"), 0), max_wait_ms=8000, min_bytes=1)
    broker.ask("Fetch", 12, **body)
    broker.record("at once", time.monotonic() - began < 5)
