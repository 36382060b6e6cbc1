"""With transaction.version 2 Produce v12 adds the partition itself, and EndTxn v5 answers the
next epoch."""

from compat.wire import Wire, fetch
from compat.wire.coordinators import begin, end, settled, write


def run(broker: Wire) -> None:
    topic, (name, producer) = broker.topic(), begin(broker)
    broker.ask("Produce", 12, **write(name, producer, topic, 0))
    broker.ask("EndTxn", 5, **end(name, producer, committed=True))
    settled(broker, name)
    broker.ask("Fetch", 12, **fetch((topic, 0), isolation_level=1))
