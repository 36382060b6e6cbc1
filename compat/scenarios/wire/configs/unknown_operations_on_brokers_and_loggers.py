"""An unknown operation is INVALID_REQUEST for a broker, UNKNOWN_SERVER_ERROR for its loggers; a
topic beside them is changed."""

from compat.wire import Wire
from compat.wire.configs import BROKER, BROKER_LOGGER, SET, TOPIC, changed, increments


def run(broker: Wire) -> None:
    topic = broker.topic()
    good = changed(TOPIC, topic, ("retention.ms", SET, "5000"))
    for bad in (
        changed(BROKER, "1", ("max.connections", 4, "5000")),
        changed(BROKER, "", ("max.connections", -1, "5000")),
        changed(BROKER, "2", ("max.connections", 4, "5000")),
        changed(BROKER_LOGGER, "1", ("kafka.server.KafkaApis", 4, "INFO")),
        changed(BROKER_LOGGER, "2", ("kafka.server.KafkaApis", 4, "INFO")),
    ):
        broker.ask("IncrementalAlterConfigs", 1, **increments(bad, good))
