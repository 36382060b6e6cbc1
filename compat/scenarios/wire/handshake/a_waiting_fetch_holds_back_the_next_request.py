"""A broker works on one request of a connection at a time: what comes behind a fetch that waits
is answered after it."""

import time

from compat.wire import Wire, fetch


def run(broker: Wire) -> None:
    topic = broker.topic()
    connection = broker.connect()
    began = time.monotonic()
    waiting = connection.send("Fetch", 12, **fetch((topic, 0), max_wait_ms=600, min_bytes=1))
    behind = connection.send("ApiVersions", 0)
    broker.receive(connection, waiting)
    broker.receive(connection, behind, show=lambda a: {"error_code": a["error_code"]})
    broker.record("after the wait", time.monotonic() - began >= 0.59)
