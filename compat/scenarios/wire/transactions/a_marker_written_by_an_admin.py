"""WriteTxnMarkers, as kafka-transactions --abort sends it, ends a transaction that hangs in one
partition."""

from compat.wire import Wire, fetch
from compat.wire.coordinators import add_partitions, begin, write


def run(broker: Wire) -> None:
    topic, (name, producer) = broker.topic(), begin(broker)
    broker.quiet("AddPartitionsToTxn", 3, **add_partitions(name, producer, topic))
    broker.quiet("Produce", 9, **write(name, producer, topic, 0))
    marker = {
        "producer_id": producer[0],
        "producer_epoch": producer[1],
        "transaction_result": False,
        "topics": [
            {"name": topic, "partition_indexes": [0]},
            {"name": broker.name("none"), "partition_indexes": [0]},
        ],
        "coordinator_epoch": 5,
    }
    broker.ask("WriteTxnMarkers", 1, markers=[marker])
    broker.ask("Fetch", 12, **fetch((topic, 0), isolation_level=1))
