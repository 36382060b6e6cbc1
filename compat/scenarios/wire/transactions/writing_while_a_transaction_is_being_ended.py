"""As long as the markers of a transaction are not written, its producer can write neither records
nor offsets elsewhere."""

from compat.wire import Wire
from compat.wire.coordinators import prepared, txn_offsets, write


def run(broker: Wire) -> None:
    topic, other, group = broker.topic(), broker.topic("other"), broker.name("g")
    name, producer = prepared(broker, topic, committed=True)
    for version in (9, 10, 11, 12):
        broker.ask("Produce", version, **write(name, producer, other, 0))
    for version in (2, 3, 4, 5):
        broker.ask("TxnOffsetCommit", version, **txn_offsets(name, producer, group, topic, 1))
    broker.ask("DescribeTransactions", 0, transactional_ids=[name])
