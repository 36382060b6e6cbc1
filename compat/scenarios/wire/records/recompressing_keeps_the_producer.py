"""A batch that is stored in another compression keeps producer, sequence, keys and headers."""

from compat.wire import Wire, batch, fetch, produce


def run(broker: Wire) -> None:
    topic = broker.topic(compression_type="gzip")
    producer_id, epoch = broker.producer_id()
    records = batch((b"k", b"a", [(b"h", None)]), b"b", producer=(producer_id, epoch, 0))
    for _ in range(2):
        broker.ask("Produce", 9, **produce(topic, records))
    broker.ask("Fetch", 12, **fetch((topic, 0)))
