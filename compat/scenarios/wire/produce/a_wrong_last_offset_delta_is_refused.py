"""The last offset delta must fit the record count."""

from compat.wire import Wire, batch, produce


def run(broker: Wire) -> None:
    topic = broker.topic()
    for last_delta in (5, 0, -1):
        broker.ask("Produce", 9, **produce(topic, batch(b"a", b"b", last_delta=last_delta)))
