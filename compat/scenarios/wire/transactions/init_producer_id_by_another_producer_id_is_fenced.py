"""An id that is not the transactional id's, or an epoch that it has not reached, is fenced; for
a new transactional id whatever is sent along counts nothing."""

from compat.wire import Wire
from compat.wire.coordinators import begin, init_producer_id


def run(broker: Wire) -> None:
    name, producer = begin(broker)
    broker.ask("InitProducerId", 4, **init_producer_id(name, (producer[0] + 7000, 0)))
    broker.ask("InitProducerId", 4, **init_producer_id(name, (producer[0], 9)))
    unknown = init_producer_id(broker.name("none"), (producer[0], 0))
    broker.ask("InitProducerId", 4, **unknown)
