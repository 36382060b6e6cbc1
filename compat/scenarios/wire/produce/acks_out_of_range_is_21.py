"""Acks other than -1, 0 and 1 are 21 for every partition, and nothing is written."""

from compat.wire import Wire, batch, list_offsets, produce


def run(broker: Wire) -> None:
    topic = broker.topic()
    for acks in (2, -2, 32_767):
        broker.ask("Produce", 9, **produce(topic, batch(b"x"), acks=acks))
    broker.ask("Produce", 9, **produce(broker.name("none"), batch(b"x"), acks=2))
    broker.ask("ListOffsets", 6, **list_offsets(topic, -1))
