"""A fetch that waits on a topic that is deleted is answered with an error, not at its end."""

import time

from compat.wire import Wire, fetch


def run(broker: Wire) -> None:
    topic = broker.topic()
    connection = broker.connect()
    began = time.monotonic()
    pending = connection.send("Fetch", 12, **fetch((topic, 0), max_wait_ms=9000, min_bytes=1))
    time.sleep(0.1)
    broker.quiet("DeleteTopics", 5, topic_names=[topic], timeout_ms=10_000)
    broker.receive(connection, pending)
    broker.record("before its end", time.monotonic() - began < 5)
