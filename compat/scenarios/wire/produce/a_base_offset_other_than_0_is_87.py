"""The broker gives offsets: a batch that brings a base offset is 87."""

from compat.wire import Wire, batch, list_offsets, produce


def run(broker: Wire) -> None:
    topic = broker.topic()
    broker.fill(topic, batch(b"first"))
    for base_offset in (500, 1, -1):
        broker.ask("Produce", 9, **produce(topic, batch(b"a", base_offset=base_offset)))
    broker.ask("ListOffsets", 6, **list_offsets(topic, -1))
