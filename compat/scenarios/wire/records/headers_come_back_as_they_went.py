"""Headers keep their order, repeated names, empty names and null values."""

from compat.wire import Wire, batch, fetch, produce

HEADERS = [(b"b", b"1"), (b"a", b""), (b"b", None), (b"", b"\0\xff")]


def run(broker: Wire) -> None:
    topic = broker.topic()
    broker.ask("Produce", 9, **produce(topic, batch((None, None, HEADERS), (b"k", b"v", []))))
    broker.ask("Fetch", 12, **fetch((topic, 0)))
