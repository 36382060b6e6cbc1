"""The timeout counts from the first partition on: a producer that has begun nothing keeps its
epoch, however short the timeout."""

from compat.wire import Wire
from compat.wire.coordinators import add_partitions, init_producer_id, settled

SETTINGS = {"transaction.abort.timed.out.transaction.cleanup.interval.ms": "100"}


def run(broker: Wire) -> None:
    topic, idle, busy = broker.topic(), broker.name("idle"), broker.name("busy")
    got = broker.quiet("InitProducerId", 4, **init_producer_id(idle, timeout_ms=100))
    mine = got["producer_id"], got["producer_epoch"]
    got = broker.quiet("InitProducerId", 4, **init_producer_id(busy, timeout_ms=400))
    other = got["producer_id"], got["producer_epoch"]
    broker.ask("AddPartitionsToTxn", 3, **add_partitions(busy, other, topic))
    settled(broker, busy)
    broker.ask("DescribeTransactions", 0, transactional_ids=[idle, busy])
    broker.ask("AddPartitionsToTxn", 3, **add_partitions(busy, other, topic))
    broker.ask("AddPartitionsToTxn", 3, **add_partitions(idle, mine, topic))
