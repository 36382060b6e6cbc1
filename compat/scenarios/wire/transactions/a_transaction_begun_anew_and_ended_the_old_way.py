"""EndTxn v3 ends a transaction that Produce v12 began, and the epoch stays."""

from compat.wire import Wire, fetch
from compat.wire.coordinators import begin, end, ended_anew, settled, write


def run(broker: Wire) -> None:
    topic, (name, producer) = broker.topic(), begin(broker)
    broker.ask("Produce", 12, **write(name, producer, topic, 0))
    broker.ask("EndTxn", 3, **end(name, producer, committed=True))
    settled(broker, name)
    broker.ask("Produce", 12, **write(name, producer, topic, 1))
    new = ended_anew(broker, name, producer, committed=False)
    broker.ask("Produce", 12, **write(name, new, topic, 0))
    broker.ask("Fetch", 12, **fetch((topic, 0), isolation_level=1))
