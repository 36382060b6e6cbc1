"""The empty key has a coordinator like any other, be it of a group or a transactional id."""

from compat.wire import Wire


def run(broker: Wire) -> None:
    broker.ask("FindCoordinator", 2, key="", key_type=0)
    for kind in (0, 1):
        broker.ask("FindCoordinator", 4, key_type=kind, coordinator_keys=[""])
