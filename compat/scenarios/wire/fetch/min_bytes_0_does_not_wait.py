"""With min_bytes 0 an empty fetch is answered at once, however long it may wait."""

import time

from compat.wire import Wire, fetch


def run(broker: Wire) -> None:
    topic = broker.topic()
    began = time.monotonic()
    broker.ask("Fetch", 12, **fetch((topic, 0), max_wait_ms=8000, min_bytes=0))
    broker.record("at once", time.monotonic() - began < 5)
