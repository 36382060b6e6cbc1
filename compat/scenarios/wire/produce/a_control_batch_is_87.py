"""Clients may not write control batches: 87."""

from compat.wire import CONTROL, Wire, batch, list_offsets, produce

MARKER = (b"\0\0\0\1", b"\0\0\0\0\0\0")


def run(broker: Wire) -> None:
    topic = broker.topic()
    broker.ask("Produce", 9, **produce(topic, batch(MARKER, attributes=CONTROL)))
    broker.ask("Produce", 9, **produce(topic, batch(b"x", attributes=CONTROL)))
    owned = batch(MARKER, attributes=CONTROL, producer=(5, 0, -1))
    broker.ask("Produce", 9, **produce(topic, owned))
    broker.ask("ListOffsets", 6, **list_offsets(topic, -1))
