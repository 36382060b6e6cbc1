"""A fetch of an unknown topic beside an empty one waits for the empty one."""

import time

from compat.wire import Wire, fetch


def run(broker: Wire) -> None:
    topic = broker.topic()
    began = time.monotonic()
    body = fetch((topic, 0), (broker.name("none"), 0), max_wait_ms=500, min_bytes=1)
    broker.ask("Fetch", 12, **body)
    broker.record("after the wait", time.monotonic() - began >= 0.49)
