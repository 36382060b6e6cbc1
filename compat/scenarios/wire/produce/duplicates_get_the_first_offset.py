"""One of a producer's last five batches again: error 0, the offset and the time of the first
append, even with CreateTime, and nothing is written."""

from compat.wire import Wire, batch, list_offsets, produce


def run(broker: Wire) -> None:
    topic, (producer_id, epoch) = broker.topic(), broker.producer_id()
    for sequence in (0, 2, 4, 0, 2, 4):
        records = batch(b"a", b"b", producer=(producer_id, epoch, sequence))
        broker.ask("Produce", 9, **produce(topic, records))
    broker.ask("ListOffsets", 6, **list_offsets(topic, -1))
