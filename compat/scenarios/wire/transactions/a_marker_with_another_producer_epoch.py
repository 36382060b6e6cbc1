"""WriteTxnMarkers with an older epoch than the log's is refused; one with a newer epoch is
written, ends the transaction and fences the old producer."""

from compat.wire import Wire, batch, fetch, produce
from compat.wire.coordinators import marker


def run(broker: Wire) -> None:
    topic, (who, _) = broker.topic(), broker.producer_id()
    broker.fill(topic, batch(b"a", producer=(who, 5, 0)))
    broker.ask("WriteTxnMarkers", 1, markers=[marker((who, 4), topic, committed=False)])
    broker.ask("WriteTxnMarkers", 1, markers=[marker((who, 5), topic, committed=True)])
    broker.ask("WriteTxnMarkers", 1, markers=[marker((who, 7), topic, committed=False)])
    for epoch in (5, 6, 7, 8):
        records = batch(b"b", producer=(who, epoch, 0))
        broker.ask("Produce", 9, **produce(topic, records))
    broker.ask("DescribeProducers", 0, topics=[{"name": topic, "partition_indexes": [0]}])
    broker.ask("Fetch", 12, **fetch((topic, 0)))
