"""At exactly the end of the log there are records of length 0, never null."""

from compat.wire import Wire, batch, fetch


def run(broker: Wire) -> None:
    topic = broker.topic()
    broker.fill(topic, batch(b"x"))
    for version in (4, 11, 12):
        broker.ask("Fetch", version, **fetch((topic, 1)))
