"""Bytes behind the batch that are fewer than a batch's head are ignored."""

from compat.wire import Wire, batch, fetch, produce


def run(broker: Wire) -> None:
    topic = broker.topic()
    for more in (1, 3, 11):
        broker.ask("Produce", 9, **produce(topic, bytes(batch(b"x")) + bytes(more)))
    broker.ask("Fetch", 12, **fetch((topic, 0)))
