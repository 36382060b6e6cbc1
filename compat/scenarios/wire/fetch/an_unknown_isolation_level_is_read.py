"""An isolation level other than 0 and 1."""

from compat.wire import Wire, batch, fetch


def run(broker: Wire) -> None:
    topic = broker.topic()
    broker.fill(topic, batch(b"x"))
    broker.outcome("Fetch", 12, timeout=3.0, **fetch((topic, 0), isolation_level=7))
