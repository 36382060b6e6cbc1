"""ListOffsets of read_committed looks no further than the last stable offset: a time, -3 and -1
find nothing beyond it, the starts are the same."""

from compat.wire import Wire, batch, list_offsets
from compat.wire.coordinators import add_partitions, begin, ended, write_at


def run(broker: Wire) -> None:
    topic, (name, producer) = broker.topic(retention_ms=-1), begin(broker)
    broker.fill(topic, batch(b"before", timestamp=1000))
    broker.quiet("AddPartitionsToTxn", 3, **add_partitions(name, producer, topic))
    broker.quiet("Produce", 9, **write_at(2000, name, producer, topic, 0))
    broker.fill(topic, batch(b"behind", timestamp=3000))
    for level in (0, 1):
        for timestamp in (-1, -2, -3, -4, 500, 1000, 1500, 2000, 2500, 3001):
            body = list_offsets(topic, timestamp, isolation_level=level)
            broker.ask("ListOffsets", 8, **body)
    ended(broker, name, producer, committed=False)
    for timestamp in (-1, -3, 1500, 2500):
        broker.ask("ListOffsets", 8, **list_offsets(topic, timestamp, isolation_level=1))
