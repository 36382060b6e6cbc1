"""Duplicates are known on both sides of the wrap of the sequences."""

from compat.wire import Wire, batch, produce


def run(broker: Wire) -> None:
    topic, (who, epoch) = broker.topic(), broker.producer_id()
    sequences = (2**31 - 3, 2**31 - 1, 1, 3)
    for sequence in sequences:
        broker.fill(topic, batch(b"a", b"b", producer=(who, epoch, sequence)))
    for sequence in (*sequences, 2, 2**31 - 2, 5):
        records = batch(b"a", b"b", producer=(who, epoch, sequence))
        broker.ask("Produce", 9, **produce(topic, records))
    broker.ask("DescribeProducers", 0, topics=[{"name": topic, "partition_indexes": [0]}])
