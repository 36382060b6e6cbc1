"""After its transaction timed out a producer gets a new epoch by sending its old one, from every
version that can."""

from compat.wire import Wire
from compat.wire.coordinators import add_partitions, init_producer_id, settled, write

SETTINGS = {"transaction.abort.timed.out.transaction.cleanup.interval.ms": "100"}


def run(broker: Wire) -> None:
    topic = broker.topic()
    for version in (3, 4, 5):
        name = broker.name(f"tx{version}")
        got = broker.quiet("InitProducerId", 4, **init_producer_id(name, timeout_ms=200))
        producer = got["producer_id"], got["producer_epoch"]
        broker.quiet("AddPartitionsToTxn", 3, **add_partitions(name, producer, topic))
        broker.quiet("Produce", 9, **write(name, producer, topic, 0))
        settled(broker, name)
        for _ in range(2):
            got = broker.ask("InitProducerId", version, **init_producer_id(name, producer))
        new = got["producer_id"], got["producer_epoch"]
        broker.ask("AddPartitionsToTxn", 3, **add_partitions(name, new, topic))
        broker.ask("Produce", 9, **write(name, new, topic, 0))
