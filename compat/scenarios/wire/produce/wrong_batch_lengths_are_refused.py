"""A length field that is too small, negative, or larger than what is there is refused."""

from compat.wire import Wire, batch, produce


def run(broker: Wire) -> None:
    topic = broker.topic()
    for length in (10, 0, -5, -(2**31), 48, 49, 5000, 2**30):
        broker.ask("Produce", 9, **produce(topic, batch(b"x", length=length)))
