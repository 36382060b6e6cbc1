"""A change without configs is good for what exists, or could; and is refused for what has no
name."""

from compat.wire import Wire
from compat.wire.configs import BROKER, CLIENT_METRICS, GROUP, TOPIC, changed, increments


def run(broker: Wire) -> None:
    for kind, name in (
        (TOPIC, broker.topic()),
        (TOPIC, broker.name("none")),
        (TOPIC, ""),
        (TOPIC, "a b"),
        (BROKER, ""),
        (BROKER, "1"),
        (BROKER, "2"),
        (GROUP, broker.name("g")),
        (GROUP, ""),
        (CLIENT_METRICS, broker.name("m")),
        (CLIENT_METRICS, ""),
        (0, "x"),
        (3, "x"),
        (99, "x"),
        (-1, "x"),
    ):
        broker.ask("IncrementalAlterConfigs", 1, **increments(changed(kind, name)))
