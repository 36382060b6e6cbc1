"""A batch of an idempotent producer that was written before is answered with the offset it has, and
is not written again."""

from compat.wire import Wire, batch, list_offsets, produce


def run(broker: Wire) -> None:
    topic = broker.topic()
    producer_id, epoch = broker.producer_id()
    for sequence in (0, 2, 4, 0, 2, 4):
        records = batch(b"a", b"b", producer=(producer_id, epoch, sequence))
        broker.ask("Produce", 9, **produce(topic, records))
    broker.ask("ListOffsets", 6, **list_offsets(topic, -1))
