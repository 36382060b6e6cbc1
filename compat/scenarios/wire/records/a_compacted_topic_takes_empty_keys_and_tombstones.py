"""An empty key is a key; a null value is a tombstone."""

from compat.wire import Wire, batch, fetch, produce


def run(broker: Wire) -> None:
    topic = broker.topic(cleanup_policy="compact")
    broker.ask("Produce", 9, **produce(topic, batch((b"", b"a"), (b"k", None), (b"", b""))))
    broker.ask("Fetch", 12, **fetch((topic, 0)))
