"""A fetch that waits on a topic that is deleted is answered with an error, not at its end."""

import time

from compat.wire import Wire, fetch


def run(broker: Wire) -> None:
    for version in (12, 17):
        topic = broker.topic(f"t{version}")
        name = topic if version == 12 else broker.topic_id(topic)
        connection = broker.connect()
        began = time.monotonic()
        body = fetch((name, 0), max_wait_ms=9000, min_bytes=1)
        pending = connection.send("Fetch", version, **body)
        time.sleep(0.1)
        broker.quiet("DeleteTopics", 5, topic_names=[topic], timeout_ms=10_000)
        broker.receive(connection, pending)
        broker.record("before its end", time.monotonic() - began < 5)
