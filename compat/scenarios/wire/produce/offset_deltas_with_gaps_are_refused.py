"""The records' offset deltas must count up by one from 0."""

from compat.wire import Wire, batch, produce


def run(broker: Wire) -> None:
    topic = broker.topic()
    broker.ask("Produce", 9, **produce(topic, batch(b"a", b"b", last_delta=2, deltas={1: 2})))
    broker.ask("Produce", 9, **produce(topic, batch(b"a", b"b", deltas={0: 1, 1: 0})))
    broker.ask("Produce", 9, **produce(topic, batch(b"a", b"b", deltas={0: 0, 1: 0})))
    broker.ask("Produce", 9, **produce(topic, batch(b"a", deltas={0: 7})))
