"""A producer is known though all its records were deleted: duplicates get their old offsets, the
next sequence is good."""

from compat.wire import Wire, batch, produce


def run(broker: Wire) -> None:
    topic, (who, epoch) = broker.topic(), broker.producer_id()
    for sequence in range(3):
        broker.fill(topic, batch(b"a", producer=(who, epoch, sequence)))
    rows = [{"name": topic, "partitions": [{"partition_index": 0, "offset": -1}]}]
    broker.ask("DeleteRecords", 2, topics=rows, timeout_ms=5000)
    for sequence in (0, 2, 4, 3):
        records = batch(b"a", producer=(who, epoch, sequence))
        broker.ask("Produce", 9, **produce(topic, records))
    broker.ask("DescribeProducers", 0, topics=[{"name": topic, "partition_indexes": [0]}])
