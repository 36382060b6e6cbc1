"""A batch with an older epoch than the producer's last one is 47."""

from compat.wire import Wire, batch, produce


def run(broker: Wire) -> None:
    topic, (producer_id, _) = broker.topic(), broker.producer_id()
    broker.fill(topic, batch(b"a", producer=(producer_id, 1, 0)))
    for sequence in (0, 1):
        records = batch(b"a", producer=(producer_id, 0, sequence))
        broker.ask("Produce", 9, **produce(topic, records))
    broker.ask("Produce", 9, **produce(topic, batch(b"a", producer=(producer_id, 1, 1))))
