"""A batch that counts more records than it holds is refused."""

from compat.wire import GZIP, Wire, batch, produce


def run(broker: Wire) -> None:
    topic = broker.topic()
    broker.ask("Produce", 9, **produce(topic, batch(b"a", b"b", count=3, last_delta=2)))
    zipped = batch(b"a", b"b", count=3, last_delta=2, compression=GZIP)
    broker.ask("Produce", 9, **produce(topic, zipped))
    broker.ask("Produce", 9, **produce(topic, batch(b"a", count=2**31 - 1, last_delta=2**31 - 2)))
