"""EndTxn with nothing begun is INVALID_TXN_STATE, but an abort by v5 is good and raises the
epoch."""

from compat.wire import Wire
from compat.wire.coordinators import begin, end


def run(broker: Wire) -> None:
    name, producer = begin(broker)
    for version in (3, 5):
        broker.ask("EndTxn", version, **end(name, producer, committed=True))
    broker.ask("EndTxn", 3, **end(name, producer, committed=False))
    broker.ask("EndTxn", 5, **end(name, producer, committed=False))
