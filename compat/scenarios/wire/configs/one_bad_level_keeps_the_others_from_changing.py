"""Levels are all checked before the first is set; the first mistake is the one that is told."""

from compat.wire import Wire
from compat.wire.configs import BROKER_LOGGER, DELETE, SET, changed, described, increments

LOGGER = "kafka.network.Processor"


def run(broker: Wire) -> None:
    for second in (
        ("kafka.log.LogManager", SET, "LOUD"),
        ("no.such.logger", SET, "INFO"),
        ("no.such.logger", DELETE, None),
        ("root", DELETE, None),
    ):
        body = increments(changed(BROKER_LOGGER, "1", (LOGGER, SET, "FATAL"), second))
        broker.ask("IncrementalAlterConfigs", 1, **body)
        broker.ask("DescribeConfigs", 4, **described(BROKER_LOGGER, "1", LOGGER))
    two = (("root", DELETE, None), (LOGGER, SET, "LOUD"))
    broker.ask("IncrementalAlterConfigs", 1, **increments(changed(BROKER_LOGGER, "1", *two)))
    broker.ask("IncrementalAlterConfigs", 1, **increments(changed(BROKER_LOGGER, "1", *two[::-1])))
