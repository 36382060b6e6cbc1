"""Levels of loggers are not stored: a broker that starts again has those of its configuration."""

from compat.wire import Wire
from compat.wire.configs import BROKER_LOGGER, SET, changed, described, increments

OWN_BROKER = True
LOGGER = "kafka.server.KafkaApis"


def run(broker: Wire) -> None:
    for name in ("root", LOGGER):
        body = increments(changed(BROKER_LOGGER, "1", (name, SET, "FATAL")))
        broker.ask("IncrementalAlterConfigs", 1, **body)
    broker.restart()
    broker.ask("DescribeConfigs", 4, **described(BROKER_LOGGER, "1", "root", LOGGER))
