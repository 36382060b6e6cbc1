"""A partition that was added but never written gets its marker at the end of the transaction,
too."""

from compat.wire import Wire, fetch
from compat.wire.coordinators import add_partitions, begin, end, settled


def run(broker: Wire) -> None:
    topic, (name, producer) = broker.topic(), begin(broker)
    broker.quiet("AddPartitionsToTxn", 3, **add_partitions(name, producer, topic))
    broker.ask("EndTxn", 3, **end(name, producer, committed=True))
    settled(broker, name)
    broker.ask("Fetch", 12, **fetch((topic, 0), isolation_level=1))
