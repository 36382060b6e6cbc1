"""A batch that repeats only a part of a known one, or more than it, is 45."""

from compat.wire import Wire, batch, produce


def run(broker: Wire) -> None:
    topic, (producer_id, epoch) = broker.topic(), broker.producer_id()
    broker.fill(topic, batch(b"a", b"b", b"c", producer=(producer_id, epoch, 0)))
    for sequence, count in ((0, 2), (1, 1), (1, 2), (2, 2), (0, 4)):
        records = batch(*[b"x"] * count, producer=(producer_id, epoch, sequence))
        broker.ask("Produce", 9, **produce(topic, records))
