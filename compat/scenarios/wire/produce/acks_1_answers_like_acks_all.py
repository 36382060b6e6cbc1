"""With one replica, acks 1 and acks -1 get the same answer."""

from compat.wire import Wire, batch, produce


def run(broker: Wire) -> None:
    topic = broker.topic()
    for acks in (1, -1):
        broker.ask("Produce", 11, **produce(topic, batch(b"x"), acks=acks))
