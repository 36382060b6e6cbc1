"""Levels of loggers are six words in capitals; any other is INVALID_CONFIG."""

from compat.wire import Wire
from compat.wire.configs import BROKER_LOGGER, SET, only_checked

LOGGER = "kafka.server.KafkaApis"


def run(broker: Wire) -> None:
    for level in ("debug", "WARNING", "OFF", "ALL", "CRITICAL", "10", "", " INFO"):
        body = only_checked(BROKER_LOGGER, "1", (LOGGER, SET, level))
        broker.ask("IncrementalAlterConfigs", 1, **body)
