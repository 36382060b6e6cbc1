"""Local retention above the retention of the log is refused for a broker."""

from compat.wire import Wire
from compat.wire.configs import BROKER, SET, only_checked


def run(broker: Wire) -> None:
    for changes in (
        (("log.local.retention.ms", "99999999999"),),
        (("log.local.retention.ms", "-1"),),
        (("log.local.retention.ms", "-2"),),
        (("log.local.retention.ms", "-3"),),
        (("log.local.retention.ms", "5"), ("log.retention.ms", "6")),
        (("log.local.retention.ms", "6"), ("log.retention.ms", "5")),
        (("log.local.retention.ms", "6"), ("log.retention.ms", "-1")),
        (("log.local.retention.bytes", "6"),),
        (("log.local.retention.bytes", "6"), ("log.retention.bytes", "5")),
        (("log.local.retention.bytes", "-1"), ("log.retention.bytes", "5")),
    ):
        body = only_checked(BROKER, "", *((name, SET, value) for name, value in changes))
        broker.ask("IncrementalAlterConfigs", 1, **body)
