"""Produce with null records makes Kafka fail inside; the client waits in vain."""

from compat.wire import Wire, produce

DIFFERS = "Kafka never answers; we answer 87, so that the client does not hang"


def run(broker: Wire) -> None:
    topic = broker.topic()
    broker.outcome("Produce", 9, timeout=2.0, **produce(topic, None))
