"""A producer's sequences are counted per partition."""

from compat.wire import Wire, batch, produce


def run(broker: Wire) -> None:
    topic, (producer_id, epoch) = broker.topic(partitions=2), broker.producer_id()
    for partition, sequence in ((0, 0), (1, 0), (0, 1), (1, 0), (1, 1)):
        records = batch(b"a", producer=(producer_id, epoch, sequence))
        broker.ask("Produce", 9, **produce(topic, records, partition))
