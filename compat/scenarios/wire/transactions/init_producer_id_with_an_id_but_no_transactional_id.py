"""An idempotent producer may send its id and epoch along, and gets a new id all the same; an id
without an epoch is INVALID_REQUEST."""

from compat.wire import Wire
from compat.wire.coordinators import init_producer_id


def run(broker: Wire) -> None:
    mine = broker.producer_id()
    for version in (3, 5):
        broker.ask("InitProducerId", version, **init_producer_id(None, mine))
    broker.ask("InitProducerId", 4, **init_producer_id(None, (5, 0)))
    broker.ask("InitProducerId", 4, **init_producer_id(None, (mine[0], -1)))
