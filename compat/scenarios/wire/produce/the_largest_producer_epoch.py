"""A producer of the largest epoch writes as others do, and no epoch comes after it."""

from compat.wire import Wire, batch, produce


def run(broker: Wire) -> None:
    topic, (who, _) = broker.topic(), broker.producer_id()
    for epoch, sequence in ((32_767, 0), (32_767, 1), (32_767, 0), (32_766, 0), (-1, 0), (0, 0)):
        records = batch(b"a", producer=(who, epoch, sequence))
        broker.ask("Produce", 9, **produce(topic, records))
    broker.ask("DescribeProducers", 0, topics=[{"name": topic, "partition_indexes": [0]}])
