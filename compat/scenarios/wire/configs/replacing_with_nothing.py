"""AlterConfigs without configs takes all away from what exists, or could; and is refused for what
has no name."""

from compat.wire import Wire
from compat.wire.configs import BROKER, BROKER_LOGGER, CLIENT_METRICS, GROUP, TOPIC, replaced


def run(broker: Wire) -> None:
    for version in (0, 1, 2):
        for kind, name in (
            (TOPIC, broker.topic(f"t{version}")),
            (TOPIC, broker.name("none")),
            (TOPIC, ""),
            (BROKER, "1"),
            (BROKER, "2"),
            (GROUP, broker.name("g")),
            (GROUP, ""),
            (CLIENT_METRICS, ""),
            (BROKER_LOGGER, "1"),
            (99, "x"),
        ):
            rows = [replaced(kind, name)]
            broker.ask("AlterConfigs", version, resources=rows, validate_only=True)
