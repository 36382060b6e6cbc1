"""EndTxn v5 ends a transaction that AddPartitionsToTxn v3 began, and raises the epoch."""

from compat.wire import Wire, fetch
from compat.wire.coordinators import add_partitions, begin, end, settled, write


def run(broker: Wire) -> None:
    topic, (name, producer) = broker.topic(), begin(broker)
    broker.quiet("AddPartitionsToTxn", 3, **add_partitions(name, producer, topic))
    broker.ask("Produce", 9, **write(name, producer, topic, 0))
    got = broker.ask("EndTxn", 5, **end(name, producer, committed=True))
    settled(broker, name)
    broker.ask("AddPartitionsToTxn", 3, **add_partitions(name, producer, topic))
    new = got["producer_id"], got["producer_epoch"]
    broker.ask("AddPartitionsToTxn", 3, **add_partitions(name, new, topic))
    broker.ask("Produce", 9, **write(name, new, topic, 1))
    broker.ask("Produce", 9, **write(name, new, topic, 0))
    broker.ask("Fetch", 12, **fetch((topic, 0), isolation_level=1))
