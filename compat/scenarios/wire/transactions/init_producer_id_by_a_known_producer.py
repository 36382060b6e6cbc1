"""A producer that sends its id and epoch gets the next epoch; sent again, it gets the same
answer."""

from compat.wire import Wire
from compat.wire.coordinators import begin, init_producer_id


def run(broker: Wire) -> None:
    name, producer = begin(broker)
    for _ in range(2):
        got = broker.ask("InitProducerId", 4, **init_producer_id(name, producer))
    second = got["producer_id"], got["producer_epoch"]
    broker.ask("InitProducerId", 5, **init_producer_id(name, second))
