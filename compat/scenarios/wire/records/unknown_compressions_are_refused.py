"""The compression bits 5, 6 and 7 mean nothing."""

from compat.wire import Wire, batch, produce


def run(broker: Wire) -> None:
    topic = broker.topic()
    for kind in (5, 6, 7):
        broker.ask("Produce", 9, **produce(topic, batch(b"x", attributes=kind)))
