"""An unknown operation on a topic is UNKNOWN_SERVER_ERROR for all that is stored; levels of
loggers beside it are set."""

from compat.wire import Wire
from compat.wire.configs import BROKER_LOGGER, SET, TOPIC, changed, increments


def run(broker: Wire) -> None:
    topic = broker.topic()
    level = changed(BROKER_LOGGER, "1", ("kafka.log.LogCleaner", SET, "INFO"))
    bad = changed(TOPIC, topic, ("retention.ms", 4, "5000"))
    other = changed(TOPIC, broker.name("none"), ("retention.ms", SET, "5000"))
    broker.ask("IncrementalAlterConfigs", 1, **increments(level, bad, other))
