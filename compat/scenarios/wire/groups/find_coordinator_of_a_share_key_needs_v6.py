"""Below v6 even a good share key is INVALID_REQUEST, and without a message."""

from compat.wire import Wire


def run(broker: Wire) -> None:
    good = "g:AAAAAAAAAAAAAAAAAAAAAQ:0"
    for version in (1, 3):
        broker.ask("FindCoordinator", version, key=good, key_type=2)
    for version in (4, 5):
        broker.ask("FindCoordinator", version, key_type=2, coordinator_keys=[good, "x"])
