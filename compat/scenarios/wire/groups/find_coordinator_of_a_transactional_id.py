"""The coordinator of a transactional id is found with key type 1, from v1 on."""

from compat.wire import Wire


def run(broker: Wire) -> None:
    broker.ask("FindCoordinator", 1, key=broker.name("tx"), key_type=1)
    broker.ask("FindCoordinator", 5, key_type=1, coordinator_keys=[broker.name("tx")])
