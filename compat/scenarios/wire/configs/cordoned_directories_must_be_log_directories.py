"""Only directories of the broker, or all of them, can be cordoned."""

from compat.wire import Wire
from compat.wire.configs import APPEND, BROKER, SET, only_checked


def run(broker: Wire) -> None:
    for operation, value in ((SET, "/no/such"), (APPEND, "/no/such"), (SET, "*"), (SET, "")):
        body = only_checked(BROKER, "1", ("cordoned.log.dirs", operation, value))
        broker.ask("IncrementalAlterConfigs", 1, **body)
