"""Another epoch is INVALID_PRODUCER_EPOCH to EndTxn before v2 and PRODUCER_FENCED from then on."""

from compat.wire import Wire
from compat.wire.coordinators import begin, end


def run(broker: Wire) -> None:
    name, producer = begin(broker)
    for version in range(6):
        broker.ask("EndTxn", version, **end(name, (producer[0], 9), committed=True))
