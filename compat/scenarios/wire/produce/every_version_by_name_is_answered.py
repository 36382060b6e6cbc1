"""Produce v3 to v12 names the topic; each version answers with its own fields."""

from compat.wire import Wire, batch, produce


def run(broker: Wire) -> None:
    topic = broker.topic()
    for version in range(3, 13):
        broker.ask("Produce", version, **produce(topic, batch(b"x")))
