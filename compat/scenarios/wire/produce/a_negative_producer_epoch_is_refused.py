"""A producer id with a negative epoch."""

from compat.wire import Wire, batch, produce


def run(broker: Wire) -> None:
    topic, (producer_id, _) = broker.topic(), broker.producer_id()
    for who in ((producer_id, -1, 0), (producer_id, -5, 0), (-2, 0, 0)):
        broker.ask("Produce", 9, **produce(topic, batch(b"a", producer=who)))
