"""A newer epoch must start at sequence 0, else 45; then the old epoch is fenced."""

from compat.wire import Wire, batch, produce


def run(broker: Wire) -> None:
    topic, (producer_id, _) = broker.topic(), broker.producer_id()
    broker.fill(topic, batch(b"a", producer=(producer_id, 1, 0)))
    for who in ((2, 1), (2, 0), (2, 1), (1, 1), (9, 0)):
        broker.ask("Produce", 9, **produce(topic, batch(b"a", producer=(producer_id, *who))))
