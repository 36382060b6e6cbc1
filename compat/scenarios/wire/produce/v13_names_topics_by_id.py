"""Produce v13 takes and answers the topic's id."""

from compat.wire import Wire, batch, produce


def run(broker: Wire) -> None:
    topic = broker.topic()
    for _ in range(2):
        broker.ask("Produce", 13, **produce(broker.topic_id(topic), batch(b"x")))
