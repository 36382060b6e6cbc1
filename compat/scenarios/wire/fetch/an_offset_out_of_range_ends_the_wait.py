"""A fetch with one offset out of range is answered at once, although the others have nothing."""

import time

from compat.wire import Wire, fetch


def run(broker: Wire) -> None:
    first, second = broker.topic("a"), broker.topic("b")
    began = time.monotonic()
    broker.ask("Fetch", 12, **fetch((first, 0), (second, 5), max_wait_ms=8000, min_bytes=1))
    broker.record("at once", time.monotonic() - began < 5)
