"""Of two overlapping transactions that were aborted, the one that ended first is listed first."""

from compat.wire import Wire, fetch
from compat.wire.coordinators import add_partitions, begin, end, settled, write


def run(broker: Wire) -> None:
    topic, (first, one), (second, two) = broker.topic(), begin(broker), begin(broker, "tx2")
    broker.quiet("AddPartitionsToTxn", 3, **add_partitions(first, one, topic))
    broker.quiet("AddPartitionsToTxn", 3, **add_partitions(second, two, topic))
    broker.ask("Produce", 9, **write(first, one, topic, 0))
    broker.ask("Produce", 9, **write(second, two, topic, 0))
    for name, producer in ((second, two), (first, one)):
        broker.ask("EndTxn", 3, **end(name, producer, committed=False))
        settled(broker, name)
    for offset in (0, 1, 3):
        broker.ask("Fetch", 12, **fetch((topic, offset), isolation_level=1))
