"""A producer whose epoch is older than the last two is PRODUCER_FENCED, INVALID_PRODUCER_EPOCH
before v4."""

from compat.wire import Wire
from compat.wire.coordinators import begin, init_producer_id


def run(broker: Wire) -> None:
    name, producer = begin(broker)
    for _ in range(2):
        broker.quiet("InitProducerId", 4, **init_producer_id(name))
    for version in (3, 4, 5):
        broker.ask("InitProducerId", version, **init_producer_id(name, producer))
