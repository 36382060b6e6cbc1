"""A batch that counts no records is 87."""

from compat.wire import Wire, batch, produce


def run(broker: Wire) -> None:
    topic = broker.topic()
    for version in (3, 9):
        broker.ask("Produce", version, **produce(topic, batch()))
    broker.ask("Produce", 9, **produce(topic, batch(last_delta=0)))
