"""max.message.bytes counts the whole batch: one byte more is 10."""

from compat.wire import Wire, batch, list_offsets, produce

HEADER = 61  # of a batch
RECORD = 8  # a record's own bytes around a value of several hundred


def run(broker: Wire) -> None:
    topic = broker.topic(max_message_bytes=1000)
    exact = 1000 - HEADER - RECORD
    while len(batch(b"x" * exact)) < 1000:
        exact += 1
    for size in (exact - 1, exact, exact + 1):
        broker.ask("Produce", 9, **produce(topic, batch(b"x" * size)))
    broker.ask("ListOffsets", 6, **list_offsets(topic, -1))
