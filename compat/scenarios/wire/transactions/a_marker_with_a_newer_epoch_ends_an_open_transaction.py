"""WriteTxnMarkers with an older epoch leaves an open transaction alone; with a newer one, as a
coordinator writes it that fences a producer, it ends it."""

from compat.wire import Wire, fetch
from compat.wire.coordinators import add_partitions, begin, init_producer_id, marker, write


def run(broker: Wire) -> None:
    topic, (name, _) = broker.topic(), begin(broker)
    got = broker.quiet("InitProducerId", 4, **init_producer_id(name))
    who, epoch = got["producer_id"], got["producer_epoch"]
    broker.quiet("AddPartitionsToTxn", 3, **add_partitions(name, (who, epoch), topic))
    broker.quiet("Produce", 9, **write(name, (who, epoch), topic, 0))
    older, newer = (who, epoch - 1), (who, epoch + 1)
    for producer in ((who, -1), older):
        body = marker(producer, topic, committed=True)
        broker.ask("WriteTxnMarkers", 1, markers=[body])
    broker.ask("Fetch", 12, **fetch((topic, 0), isolation_level=1))
    broker.ask("WriteTxnMarkers", 1, markers=[marker(newer, topic, committed=False)])
    broker.ask("Fetch", 12, **fetch((topic, 0), isolation_level=1))
    broker.ask("Produce", 9, **write(name, (who, epoch), topic, 1))
    broker.ask("DescribeProducers", 0, topics=[{"name": topic, "partition_indexes": [0]}])
