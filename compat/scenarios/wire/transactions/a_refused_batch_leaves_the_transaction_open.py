"""A transactional batch that is refused, for a keyless record, its time or its size, leaves the
transaction open and its sequence unused; the partition was added by it all the same."""

from compat.wire import TRANSACTIONAL, Message, Wire, batch, produce
from compat.wire.coordinators import begin, end, settled


def run(broker: Wire) -> None:
    topic = broker.topic(
        cleanup_policy="compact", message_timestamp_before_max_ms=3_600_000, max_message_bytes=500
    )
    name, (who, epoch) = begin(broker)
    options: Message = {"attributes": TRANSACTIONAL, "producer": (who, epoch, 0)}
    wrong = (
        batch((b"k", b"a"), b"b", b"c", **options),
        batch((b"k", b"a"), timestamp=1000, **options),
        batch((b"k", b"a" * 600), **options),
        batch((b"k", b"a"), crc=1, **options),
    )
    for records in wrong:
        broker.ask("Produce", 12, **produce(topic, records, transactional_id=name))
    broker.ask("DescribeTransactions", 0, transactional_ids=[name])
    broker.ask("DescribeProducers", 0, topics=[{"name": topic, "partition_indexes": [0]}])
    good = batch((b"k", b"a"), **options)
    broker.ask("Produce", 12, **produce(topic, good, transactional_id=name))
    broker.ask("EndTxn", 5, **end(name, (who, epoch), committed=True))
    settled(broker, name)
    broker.ask("DescribeProducers", 0, topics=[{"name": topic, "partition_indexes": [0]}])
