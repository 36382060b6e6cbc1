"""WriteTxnMarkers with an older coordinator epoch than the producer's last marker is refused; the
same and newer ones are good."""

from compat.wire import Wire, fetch
from compat.wire.coordinators import marker


def run(broker: Wire) -> None:
    topic, producer = broker.topic(), broker.producer_id()
    for epoch in (5, 4, 5, 6, -1, 0):
        body = marker(producer, topic, committed=False, coordinator_epoch=epoch)
        broker.ask("WriteTxnMarkers", 1, markers=[body])
    broker.ask("Fetch", 12, **fetch((topic, 0)))
    broker.ask("DescribeProducers", 0, topics=[{"name": topic, "partition_indexes": [0]}])
