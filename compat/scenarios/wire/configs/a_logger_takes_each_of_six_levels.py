"""A logger is set to each of the six levels and says so."""

from compat.wire import Wire
from compat.wire.configs import BROKER_LOGGER, DELETE, SET, changed, described, increments

LOGGER = "kafka.log.LogManager"


def run(broker: Wire) -> None:
    for level in ("TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"):
        body = increments(changed(BROKER_LOGGER, "1", (LOGGER, SET, level)))
        broker.ask("IncrementalAlterConfigs", 1, **body)
        broker.ask("DescribeConfigs", 4, **described(BROKER_LOGGER, "1", LOGGER))
    body = increments(changed(BROKER_LOGGER, "1", (LOGGER, DELETE, None)))
    broker.ask("IncrementalAlterConfigs", 0, **body)
    broker.ask("DescribeConfigs", 4, **described(BROKER_LOGGER, "1", LOGGER))
