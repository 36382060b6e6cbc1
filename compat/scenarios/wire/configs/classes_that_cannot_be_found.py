"""A config that names a class which nobody has is refused while the broker runs."""

from compat.wire import Wire
from compat.wire.configs import BROKER, SET, only_checked

DEFAULTS = {
    "metric.reporters": "org.apache.kafka.common.metrics.JmxReporter",
    "principal.builder.class": (
        "org.apache.kafka.common.security.authenticator.DefaultKafkaPrincipalBuilder"
    ),
}


def run(broker: Wire) -> None:
    for owner, name in (
        ("", "metric.reporters"),
        ("1", "metric.reporters"),
        ("1", "principal.builder.class"),
        ("", "principal.builder.class"),
    ):
        for value in ("no.such.Class", DEFAULTS[name]):
            body = only_checked(BROKER, owner, (name, SET, value))
            broker.ask("IncrementalAlterConfigs", 1, **body)
