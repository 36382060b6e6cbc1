"""Levels are set by the number of the broker that is asked; any other name is INVALID_REQUEST."""

from compat.wire import Wire
from compat.wire.configs import BROKER_LOGGER, SET, only_checked

LOGGER = "kafka.server.KafkaApis"


def run(broker: Wire) -> None:
    for owner in ("", "2", "x", " 1", "99999999999", "01", "+1", "-1"):
        body = only_checked(BROKER_LOGGER, owner, (LOGGER, SET, "INFO"))
        broker.ask("IncrementalAlterConfigs", 1, **body)
