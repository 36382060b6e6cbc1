"""A batch that holds more records than it counts is refused."""

from compat.wire import GZIP, Wire, batch, produce


def run(broker: Wire) -> None:
    topic = broker.topic()
    broker.ask("Produce", 9, **produce(topic, batch(b"a", b"b", count=1, last_delta=0)))
    zipped = batch(b"a", b"b", count=1, last_delta=0, compression=GZIP)
    broker.ask("Produce", 9, **produce(topic, zipped))
    broker.ask("Produce", 9, **produce(topic, batch(b"a", count=-1, last_delta=0)))
