"""EndTxn v3 again with the same result is good; the opposite result is INVALID_TXN_STATE."""

from compat.wire import Wire
from compat.wire.coordinators import add_partitions, begin, end, settled, write


def run(broker: Wire) -> None:
    topic, (name, producer) = broker.topic(), begin(broker)
    broker.quiet("AddPartitionsToTxn", 3, **add_partitions(name, producer, topic))
    broker.quiet("Produce", 9, **write(name, producer, topic, 0))
    broker.ask("EndTxn", 3, **end(name, producer, committed=True))
    settled(broker, name)
    broker.ask("EndTxn", 3, **end(name, producer, committed=True))
    broker.ask("EndTxn", 3, **end(name, producer, committed=False))
