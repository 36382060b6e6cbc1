"""A share key must be group:topic id:partition; others are INVALID_REQUEST without a message."""

from compat.wire import Wire


def run(broker: Wire) -> None:
    for key in ("x", "g:t:0", "g:AAAAAAAAAAAAAAAAAAAAAQ:x", ":AAAAAAAAAAAAAAAAAAAAAQ:0", ""):
        broker.ask("FindCoordinator", 6, key_type=2, coordinator_keys=[key])
