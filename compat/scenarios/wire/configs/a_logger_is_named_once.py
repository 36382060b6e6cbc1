"""A logger or its broker named twice is INVALID_REQUEST, and so is a level that is null."""

from compat.wire import Wire
from compat.wire.configs import BROKER_LOGGER, DELETE, SET, changed, increments

LOGGER = "kafka.server.KafkaApis"


def run(broker: Wire) -> None:
    good = (LOGGER, SET, "INFO")
    for changes in ((good, good), (good, (LOGGER, DELETE, None)), ((LOGGER, SET, None),), ()):
        body = increments(changed(BROKER_LOGGER, "1", *changes), validate_only=True)
        broker.ask("IncrementalAlterConfigs", 1, **body)
    twice = increments(changed(BROKER_LOGGER, "1", good), changed(BROKER_LOGGER, "1"))
    broker.ask("IncrementalAlterConfigs", 1, **twice)
    alike = increments(
        changed(BROKER_LOGGER, "1", good), changed(BROKER_LOGGER, "01", good), validate_only=True
    )
    broker.ask("IncrementalAlterConfigs", 1, **alike)
