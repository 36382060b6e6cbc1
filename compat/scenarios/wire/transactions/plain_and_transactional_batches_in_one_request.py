"""A transactional request may have plain batches beside the transactional ones; only the latter
add their partitions."""

from compat.wire import TRANSACTIONAL, Wire, batch, produce
from compat.wire.coordinators import begin


def run(broker: Wire) -> None:
    topic, (name, (who, epoch)) = broker.topic(partitions=3), begin(broker)
    body = produce(topic, b"", transactional_id=name)
    body["topic_data"][0]["partition_data"] = [
        {"index": 0, "records": batch(b"a", attributes=TRANSACTIONAL, producer=(who, epoch, 0))},
        {"index": 1, "records": batch(b"a", producer=(who, epoch, 0))},
        {"index": 2, "records": batch(b"a")},
    ]
    for version in (9, 12):
        broker.ask("Produce", version, **body)
    broker.ask("DescribeTransactions", 0, transactional_ids=[name])
