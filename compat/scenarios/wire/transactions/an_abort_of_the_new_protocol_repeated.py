"""EndTxn v5 that aborted, again with the old epoch, answers the same new epoch; by the new epoch
it is an abort of nothing."""

from compat.wire import Wire
from compat.wire.coordinators import begin, end, ended_anew, settled, write


def run(broker: Wire) -> None:
    topic, (name, old) = broker.topic(), begin(broker)
    broker.quiet("Produce", 12, **write(name, old, topic, 0))
    new = ended_anew(broker, name, old, committed=False)
    broker.ask("EndTxn", 5, **end(name, old, committed=False))
    broker.ask("EndTxn", 5, **end(name, old, committed=True))
    broker.ask("EndTxn", 4, **end(name, old, committed=False))
    broker.ask("EndTxn", 5, **end(name, new, committed=True))
    broker.ask("EndTxn", 5, **end(name, new, committed=False))
    settled(broker, name)
    broker.ask("EndTxn", 5, **end(name, new, committed=False))
    broker.ask("EndTxn", 5, **end(name, old, committed=False))
