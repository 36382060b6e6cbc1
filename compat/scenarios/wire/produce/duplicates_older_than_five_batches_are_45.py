"""The sixth last batch again is 45, the fifth last is a duplicate."""

from compat.wire import Wire, batch, produce


def run(broker: Wire) -> None:
    topic, (producer_id, epoch) = broker.topic(), broker.producer_id()
    for sequence in range(6):
        broker.fill(topic, batch(b"a", producer=(producer_id, epoch, sequence)))
    for sequence in (0, 1):
        records = batch(b"a", producer=(producer_id, epoch, sequence))
        broker.ask("Produce", 9, **produce(topic, records))
