"""A time finds aborted records and markers as it finds others, also for read_committed."""

from compat.wire import Wire, batch, list_offsets
from compat.wire.coordinators import add_partitions, begin, ended, write_at


def run(broker: Wire) -> None:
    topic, (name, producer) = broker.topic(retention_ms=-1), begin(broker)
    broker.fill(topic, batch(b"before", timestamp=1000))
    broker.quiet("AddPartitionsToTxn", 3, **add_partitions(name, producer, topic))
    broker.quiet("Produce", 9, **write_at(2000, name, producer, topic, 0))
    ended(broker, name, producer, committed=False)
    broker.fill(topic, batch(b"behind", timestamp=3000))
    for level in (0, 1):
        for timestamp in (1001, 2000, 2001, 4000, -3):
            body = list_offsets(topic, timestamp, isolation_level=level)
            broker.ask("ListOffsets", 7, **body)
