"""Attribute bits of batches that mean nothing yet are stored; those of records, too."""

from compat.wire import Wire, batch, fetch, produce


def run(broker: Wire) -> None:
    topic = broker.topic()
    broker.ask("Produce", 9, **produce(topic, batch(b"x", attributes=0x80)))
    broker.ask("Produce", 9, **produce(topic, batch(b"x", attributes=0x40)))
    broker.ask("Fetch", 12, **fetch((topic, 0)))
