"""A change of a level that is only validated changes nothing."""

from compat.wire import Wire
from compat.wire.configs import BROKER_LOGGER, DELETE, SET, described, only_checked

LOGGER = "kafka.network.ConnectionQuotas"


def run(broker: Wire) -> None:
    for change in ((LOGGER, SET, "FATAL"), (LOGGER, DELETE, None)):
        body = only_checked(BROKER_LOGGER, "1", change)
        broker.ask("IncrementalAlterConfigs", 1, **body)
        broker.ask("DescribeConfigs", 4, **described(BROKER_LOGGER, "1", LOGGER))
