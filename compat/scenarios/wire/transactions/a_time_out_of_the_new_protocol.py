"""A transaction of the new protocol that takes too long is aborted; its producer is fenced or told
to abort, and a new epoch is given to whom sends the old one."""

from compat.wire import Wire, fetch
from compat.wire.coordinators import end, init_producer_id, settled, txn_offsets, write

SETTINGS = {"transaction.abort.timed.out.transaction.cleanup.interval.ms": "100"}


def run(broker: Wire) -> None:
    topic, group, name = broker.topic(), broker.name("g"), broker.name("tx")
    got = broker.quiet("InitProducerId", 5, **init_producer_id(name, timeout_ms=300))
    producer = got["producer_id"], got["producer_epoch"]
    broker.quiet("Produce", 12, **write(name, producer, topic, 0))
    settled(broker, name)
    broker.ask("DescribeTransactions", 0, transactional_ids=[name])
    broker.ask("Produce", 12, **write(name, producer, topic, 1))
    broker.ask("TxnOffsetCommit", 5, **txn_offsets(name, producer, group, topic, 1))
    for committed in (True, False):
        broker.ask("EndTxn", 5, **end(name, producer, committed=committed))
    broker.ask("Fetch", 12, **fetch((topic, 0), isolation_level=1))
    broker.ask("InitProducerId", 5, **init_producer_id(name, producer))
