"""A fetch without topics does not wait."""

import time

from compat.wire import Wire, fetch


def run(broker: Wire) -> None:
    began = time.monotonic()
    for version in (4, 12, 13):
        broker.ask("Fetch", version, **fetch(max_wait_ms=8000, min_bytes=1))
    broker.record("at once", time.monotonic() - began < 5)
