"""By default a timestamp may be as old as 0, and -1 (none) is accepted, too."""

from compat.wire import Wire, batch, fetch, produce


def run(broker: Wire) -> None:
    topic = broker.topic(retention_ms=-1)
    for at in (1, 0, -1):
        broker.ask("Produce", 9, **produce(topic, batch(b"x", timestamp=at)))
    broker.ask("Fetch", 12, **fetch((topic, 0)))
