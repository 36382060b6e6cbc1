"""While a transaction is open, read_committed ends at its first offset, and records behind it
wait, too."""

from compat.wire import Wire, batch, fetch, list_offsets
from compat.wire.coordinators import add_partitions, begin, write


def run(broker: Wire) -> None:
    topic, (name, producer) = broker.topic(), begin(broker)
    broker.fill(topic, batch(b"before"))
    broker.quiet("AddPartitionsToTxn", 3, **add_partitions(name, producer, topic))
    broker.quiet("Produce", 9, **write(name, producer, topic, 0))
    broker.fill(topic, batch(b"behind"))
    for level in (0, 1):
        broker.ask("Fetch", 12, **fetch((topic, 0), isolation_level=level))
        broker.ask("Fetch", 12, **fetch((topic, 2), isolation_level=level))
        broker.ask("ListOffsets", 7, **list_offsets(topic, -1, isolation_level=level))
