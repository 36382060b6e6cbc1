"""The lists of a client metrics subscription are set whole: APPEND and SUBTRACT are
INVALID_CONFIG."""

from compat.wire import Wire
from compat.wire.configs import APPEND, CLIENT_METRICS, DELETE, SUBTRACT, only_checked


def run(broker: Wire) -> None:
    name = broker.name("m")
    for change in (
        ("metrics", APPEND, "a"),
        ("metrics", SUBTRACT, "a"),
        ("match", APPEND, "client_id=a"),
        ("interval.ms", APPEND, "1000"),
        ("no.such.config", APPEND, "a"),
        ("no.such.config", DELETE, None),
    ):
        broker.ask("IncrementalAlterConfigs", 1, **only_checked(CLIENT_METRICS, name, change))
