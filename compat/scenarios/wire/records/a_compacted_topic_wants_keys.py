"""A record without a key in a compacted topic is 87 for the whole batch; from v8 the records at
fault are named."""

from compat.wire import Wire, batch, list_offsets, produce


def run(broker: Wire) -> None:
    topic = broker.topic(cleanup_policy="compact")
    for version in (7, 8, 9):
        records = batch((b"k", b"a"), b"b", (None, b"c"))
        broker.ask("Produce", version, **produce(topic, records))
    broker.ask("ListOffsets", 6, **list_offsets(topic, -1))
