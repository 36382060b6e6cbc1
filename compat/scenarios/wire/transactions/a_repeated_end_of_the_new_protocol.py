"""EndTxn v5 again with the old epoch answers the same new epoch; the opposite result is refused."""

from compat.wire import Wire
from compat.wire.coordinators import begin, end, settled, write


def run(broker: Wire) -> None:
    topic, (name, producer) = broker.topic(), begin(broker)
    broker.quiet("Produce", 12, **write(name, producer, topic, 0))
    broker.ask("EndTxn", 5, **end(name, producer, committed=True))
    settled(broker, name)
    broker.ask("EndTxn", 5, **end(name, producer, committed=True))
    broker.ask("EndTxn", 5, **end(name, producer, committed=False))
