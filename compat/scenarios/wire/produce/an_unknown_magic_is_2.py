"""A batch of a magic that does not exist is 2, corrupt."""

from compat.wire import Wire, batch, produce


def run(broker: Wire) -> None:
    topic = broker.topic()
    for magic in (3, -1, 127):
        broker.ask("Produce", 9, **produce(topic, batch(b"x", magic=magic)))
