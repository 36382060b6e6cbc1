"""Records of no bytes are 87, by name and by id."""

from compat.wire import Wire, produce


def run(broker: Wire) -> None:
    topic = broker.topic()
    for version in (3, 8, 9):
        broker.ask("Produce", version, **produce(topic, b""))
    broker.ask("Produce", 13, **produce(broker.topic_id(topic), b""))
