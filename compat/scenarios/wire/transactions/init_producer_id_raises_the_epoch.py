"""The first InitProducerId of a transactional id has epoch 0; each further one keeps the id and
raises the epoch."""

from compat.wire import Wire
from compat.wire.coordinators import init_producer_id


def run(broker: Wire) -> None:
    name = broker.name("tx")
    for version in range(6):
        broker.ask("InitProducerId", version, **init_producer_id(name))
