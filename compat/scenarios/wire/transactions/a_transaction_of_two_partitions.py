"""Each partition of a transaction gets its own marker."""

from compat.wire import Wire, fetch
from compat.wire.coordinators import add_partitions, begin, end, settled, write


def run(broker: Wire) -> None:
    topic, other, (name, producer) = broker.topic(), broker.topic("other"), begin(broker)
    broker.ask("AddPartitionsToTxn", 3, **add_partitions(name, producer, topic, other))
    for one in (topic, other):
        broker.quiet("Produce", 9, **write(name, producer, one, 0))
    broker.ask("EndTxn", 3, **end(name, producer, committed=True))
    settled(broker, name)
    for one in (topic, other):
        broker.ask("Fetch", 12, **fetch((one, 0), isolation_level=1))
