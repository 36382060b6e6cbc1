"""An empty list of keys has an empty answer, and a key listed twice is answered twice."""

from compat.wire import Wire


def run(broker: Wire) -> None:
    broker.ask("FindCoordinator", 4, key_type=0, coordinator_keys=[])
    broker.ask("FindCoordinator", 4, key_type=0, coordinator_keys=[broker.name("g")] * 2)
