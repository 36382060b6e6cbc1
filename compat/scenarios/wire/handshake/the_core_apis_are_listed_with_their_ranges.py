"""ApiVersions lists the APIs of producers, consumers and topics in the ranges of Kafka 4.3, and
Produce from 0, although its versions 0 to 2 are not served (KAFKA-18659)."""

from compat.wire import Wire

CORE = {0, 1, 2, 3, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 32, 36, 37, 42}


def run(broker: Wire) -> None:
    broker.ask("ApiVersions", 0, show=lambda a: [r for r in a["api_keys"] if r["api_key"] in CORE])
