"""Loggers are described as configs without a type, in every version; unknown ones are left
out."""

from compat.wire import Wire
from compat.wire.configs import BROKER_LOGGER, described

LOGGER = "kafka.network.SocketServer"


def run(broker: Wire) -> None:
    for version in (1, 2, 3, 4):
        broker.ask(
            "DescribeConfigs",
            version,
            **described(BROKER_LOGGER, "1", LOGGER, "no.such.logger", ""),
            include_synonyms=True,
        )
