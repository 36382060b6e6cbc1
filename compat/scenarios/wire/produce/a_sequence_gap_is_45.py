"""A sequence beyond the next one is 45; the next one is still good afterwards."""

from compat.wire import Wire, batch, produce


def run(broker: Wire) -> None:
    topic, (producer_id, epoch) = broker.topic(), broker.producer_id()
    broker.fill(topic, batch(b"a", b"b", producer=(producer_id, epoch, 0)))
    for sequence in (5, 3, 2):
        records = batch(b"a", producer=(producer_id, epoch, sequence))
        broker.ask("Produce", 9, **produce(topic, records))
