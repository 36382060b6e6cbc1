"""After an abort read_committed gets the records and a list of who aborted from where;
read_uncommitted gets null."""

from compat.wire import Wire, batch, fetch
from compat.wire.coordinators import add_partitions, begin, end, settled, write


def run(broker: Wire) -> None:
    topic, (name, producer) = broker.topic(), begin(broker)
    broker.fill(topic, batch(b"before"))
    broker.quiet("AddPartitionsToTxn", 3, **add_partitions(name, producer, topic))
    broker.quiet("Produce", 9, **write(name, producer, topic, 0, b"gone"))
    broker.fill(topic, batch(b"between"))
    broker.ask("EndTxn", 3, **end(name, producer, committed=False))
    settled(broker, name)
    for level in (0, 1):
        broker.ask("Fetch", 12, **fetch((topic, 0), isolation_level=level))
    for offset in (2, 3, 4):
        broker.ask("Fetch", 12, **fetch((topic, offset), isolation_level=1))
