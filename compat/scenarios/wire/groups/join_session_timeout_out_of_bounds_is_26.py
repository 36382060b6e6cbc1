"""A session timeout below 6 s or above 30 min is INVALID_SESSION_TIMEOUT; both bounds are good."""

from compat.wire import Wire, join


def run(broker: Wire) -> None:
    group = broker.name("g")
    for timeout in (5_999, 1_800_001, 0, -1):
        broker.ask("JoinGroup", 5, **join(group, session_timeout_ms=timeout))
    for timeout in (6_000, 1_800_000):
        broker.ask("JoinGroup", 3, **join(broker.name(f"g{timeout}"), session_timeout_ms=timeout))
