"""Null and empty keys and values come back as what they were."""

from compat.wire import Wire, batch, fetch, produce


def run(broker: Wire) -> None:
    topic = broker.topic()
    records = batch((None, None), (b"", b""), (None, b""), (b"", None))
    broker.ask("Produce", 9, **produce(topic, records))
    broker.ask("Fetch", 12, **fetch((topic, 0)))
