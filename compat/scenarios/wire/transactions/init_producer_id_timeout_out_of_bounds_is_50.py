"""A transaction timeout of 0 or less, or above 15 minutes, is INVALID_TRANSACTION_TIMEOUT."""

from compat.wire import Wire
from compat.wire.coordinators import init_producer_id


def run(broker: Wire) -> None:
    for timeout in (0, -1, 900_001, 900_000, 1):
        body = init_producer_id(broker.name(f"tx{timeout}"), timeout_ms=timeout)
        for version in (0, 4):
            broker.ask("InitProducerId", version, **body)
