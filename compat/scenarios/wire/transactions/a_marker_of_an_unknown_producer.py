"""WriteTxnMarkers of a producer that never wrote to the partition is written all the same; it
aborts nothing."""

from compat.wire import Wire, batch, fetch, produce
from compat.wire.coordinators import marker


def run(broker: Wire) -> None:
    topic, (who, _) = broker.topic(), broker.producer_id()
    for committed in (True, False):
        body = marker((who, 3), topic, committed=committed)
        broker.ask("WriteTxnMarkers", 1, markers=[body])
    broker.ask("Fetch", 12, **fetch((topic, 0), isolation_level=1))
    broker.ask("DescribeProducers", 0, topics=[{"name": topic, "partition_indexes": [0]}])
    for epoch, sequence in ((2, 0), (3, 4), (3, 0)):
        records = batch(b"b", producer=(who, epoch, sequence))
        broker.ask("Produce", 9, **produce(topic, records))
