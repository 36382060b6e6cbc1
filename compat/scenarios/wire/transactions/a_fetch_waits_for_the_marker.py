"""A read_committed fetch at an open transaction waits, and is answered when the marker is
written."""

from compat.wire import Wire, fetch
from compat.wire.coordinators import end, opened


def run(broker: Wire) -> None:
    topic = broker.topic()
    name, producer = opened(broker, topic)
    other = broker.connect()
    body = fetch((topic, 0), isolation_level=1, min_bytes=1, max_wait_ms=4000)
    waiting = other.send("Fetch", 12, **body)
    broker.ask("Fetch", 12, **fetch((topic, 0), isolation_level=1, min_bytes=1, max_wait_ms=100))
    broker.ask("EndTxn", 3, **end(name, producer, committed=True))
    broker.receive(other, waiting, what="that waited")
