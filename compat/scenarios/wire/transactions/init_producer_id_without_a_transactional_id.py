"""Without a transactional id each InitProducerId gives a new id with epoch 0; the timeout does
not matter."""

from compat.wire import Wire
from compat.wire.coordinators import init_producer_id


def run(broker: Wire) -> None:
    for version in range(6):
        for timeout in (0, -1, 2**31 - 1):
            broker.ask("InitProducerId", version, **init_producer_id(None, timeout_ms=timeout))
