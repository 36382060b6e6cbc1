"""ApiVersions lists every API of a Kafka 4.3 broker with its range."""

from compat.wire import Wire

FEATURE = "the rest of Kafka's API table"


def run(broker: Wire) -> None:
    broker.ask("ApiVersions", 0)
