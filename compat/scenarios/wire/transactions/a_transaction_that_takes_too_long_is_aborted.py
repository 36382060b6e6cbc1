"""After its timeout a transaction is aborted and its producer refused; a commit is
INVALID_TXN_STATE or fenced."""

from compat.wire import Wire, fetch
from compat.wire.coordinators import add_partitions, end, init_producer_id, settled, write

SETTINGS = {"transaction.abort.timed.out.transaction.cleanup.interval.ms": "100"}


def run(broker: Wire) -> None:
    topic, name = broker.topic(), broker.name("tx")
    got = broker.quiet("InitProducerId", 4, **init_producer_id(name, timeout_ms=500))
    producer = got["producer_id"], got["producer_epoch"]
    broker.quiet("AddPartitionsToTxn", 3, **add_partitions(name, producer, topic))
    broker.quiet("Produce", 9, **write(name, producer, topic, 0))
    settled(broker, name)
    broker.ask("Fetch", 12, **fetch((topic, 0), isolation_level=1))
    broker.ask("EndTxn", 3, **end(name, producer, committed=True))
    broker.ask("EndTxn", 5, **end(name, producer, committed=True))
    broker.ask("Produce", 9, **write(name, producer, topic, 1))
