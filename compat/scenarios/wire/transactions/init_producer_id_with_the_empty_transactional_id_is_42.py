"""The empty transactional id is INVALID_REQUEST."""

from compat.wire import Wire
from compat.wire.coordinators import init_producer_id


def run(broker: Wire) -> None:
    for version in (0, 4, 5):
        broker.ask("InitProducerId", version, **init_producer_id(""))
