"""Lists of a broker grow by new entries and shrink by known ones; what is no list of the table
does neither."""

from compat.wire import Wire
from compat.wire.configs import APPEND, BROKER, SUBTRACT, only_checked


def run(broker: Wire) -> None:
    for name, operation, value in (
        ("log.cleanup.policy", APPEND, "compact"),
        ("log.cleanup.policy", APPEND, "delete"),
        ("log.cleanup.policy", APPEND, ""),
        ("log.cleanup.policy", APPEND, "sometimes"),
        ("log.cleanup.policy", SUBTRACT, "delete"),
        ("log.cleanup.policy", SUBTRACT, "compact"),
        ("max.connections", APPEND, "1"),
        ("max.connections", SUBTRACT, "1"),
        ("no.such.config", APPEND, "1"),
        ("no.such.config", SUBTRACT, "1"),
        ("leader.replication.throttled.rate", APPEND, "1"),
        ("listener.name.plaintext.sasl.enabled.mechanisms", APPEND, "PLAIN"),
    ):
        body = only_checked(BROKER, "1", (name, operation, value))
        broker.ask("IncrementalAlterConfigs", 1, **body)
