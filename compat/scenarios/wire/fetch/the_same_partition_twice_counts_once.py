"""A partition listed twice in a fetch: the last row counts."""

from compat.wire import Wire, batch, fetch


def run(broker: Wire) -> None:
    topic = broker.topic()
    broker.fill(topic, batch(b"x"), batch(b"y"))
    broker.ask("Fetch", 12, **fetch((topic, 0), (topic, 1)))
    broker.ask("Fetch", 12, **fetch((topic, 1), (topic, 0)))
