"""A producer that the partition does not know may start at any sequence, even with an id that
was never given out."""

from compat.wire import Wire, batch, produce


def run(broker: Wire) -> None:
    topic, (producer_id, epoch) = broker.topic(), broker.producer_id()
    for who in ((producer_id, epoch, 7), (999_999_999, 0, 3), (999_999_999, 0, 4)):
        broker.ask("Produce", 9, **produce(topic, batch(b"a", producer=who)))
