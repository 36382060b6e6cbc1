"""A key type that does not exist is INVALID_REQUEST, at the top up to v3 and for the key from v4
on."""

from compat.wire import Wire


def run(broker: Wire) -> None:
    for version in (1, 3):
        broker.ask("FindCoordinator", version, key=broker.name("g"), key_type=9)
    broker.ask("FindCoordinator", 4, key_type=9, coordinator_keys=[broker.name("g")])
    broker.ask("FindCoordinator", 6, key_type=-1, coordinator_keys=[broker.name("g")])
