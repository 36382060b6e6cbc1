"""A producer id without an epoch, or an epoch without an id, is INVALID_REQUEST."""

from compat.wire import Wire
from compat.wire.coordinators import init_producer_id


def run(broker: Wire) -> None:
    for producer in ((5, -1), (-1, 5)):
        broker.ask("InitProducerId", 4, **init_producer_id(broker.name("tx"), producer))
