"""Group configs are of a group with a name; unknown names can be deleted, and no group config is
a list."""

from compat.wire import Wire
from compat.wire.configs import APPEND, DELETE, GROUP, SET, only_checked


def run(broker: Wire) -> None:
    known = "consumer.session.timeout.ms"
    for group, change in (
        ("", (known, SET, "50000")),
        ("", ("no.such.config", SET, "1")),
        (broker.name("g"), ("", SET, "1")),
        (broker.name("g"), ("no.such.config", DELETE, None)),
        (broker.name("g"), (known, APPEND, "1")),
        (broker.name("g"), ("no.such.config", APPEND, "1")),
    ):
        broker.ask("IncrementalAlterConfigs", 1, **only_checked(GROUP, group, change))
