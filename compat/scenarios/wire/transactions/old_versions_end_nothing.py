"""EndTxn up to v4 with nothing begun is INVALID_TXN_STATE, and after an end it repeats that."""

from compat.wire import Wire
from compat.wire.coordinators import begin, end, ended, opened


def run(broker: Wire) -> None:
    name, producer = begin(broker)
    for version in range(5):
        for committed in (True, False):
            broker.ask("EndTxn", version, **end(name, producer, committed=committed))
    name, producer = opened(broker, broker.topic(), short="done")
    ended(broker, name, producer, committed=False)
    for version in range(5):
        for committed in (True, False):
            broker.ask("EndTxn", version, **end(name, producer, committed=committed))
