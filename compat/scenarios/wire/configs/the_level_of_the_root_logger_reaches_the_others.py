"""The level of the root logger is that of every logger without its own; it can be set and not
removed."""

from compat.wire import Wire
from compat.wire.configs import BROKER_LOGGER, DELETE, SET, changed, described, increments

ALONE = True
LOGGER = "kafka.server.KafkaApis"


def run(broker: Wire) -> None:
    for name, operation, value in (
        ("root", SET, "ERROR"),
        (LOGGER, SET, "WARN"),
        ("root", SET, "FATAL"),
        (LOGGER, DELETE, None),
        ("root", DELETE, None),
        ("root", SET, "INFO"),
    ):
        body = increments(changed(BROKER_LOGGER, "1", (name, operation, value)))
        broker.ask("IncrementalAlterConfigs", 1, **body)
        broker.ask("DescribeConfigs", 4, **described(BROKER_LOGGER, "1", "root", LOGGER))
