"""A producer id needs a sequence; an epoch or sequence without a producer id does not matter."""

from compat.wire import Wire, batch, produce


def run(broker: Wire) -> None:
    topic, (producer_id, epoch) = broker.topic(), broker.producer_id()
    for who in ((producer_id, epoch, -1), (producer_id, epoch, -2), (-1, 0, 5), (-1, -1, 7)):
        broker.ask("Produce", 9, **produce(topic, batch(b"a", producer=who)))
