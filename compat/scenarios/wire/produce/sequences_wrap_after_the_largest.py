"""After sequence 2^31-1 comes 0, also within a batch."""

from compat.wire import Wire, batch, produce


def run(broker: Wire) -> None:
    topic, (producer_id, epoch) = broker.topic(), broker.producer_id()
    broker.ask(
        "Produce", 9, **produce(topic, batch(b"a", b"b", producer=(producer_id, epoch, 2**31 - 1)))
    )
    broker.ask("Produce", 9, **produce(topic, batch(b"a", producer=(producer_id, epoch, 1))))
    other, _ = broker.producer_id()
    for sequence in (2**31 - 1, 0):
        broker.ask("Produce", 9, **produce(topic, batch(b"a", producer=(other, 0, sequence))))
