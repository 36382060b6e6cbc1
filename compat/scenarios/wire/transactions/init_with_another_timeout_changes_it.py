"""InitProducerId of a known transactional id takes over the timeout that it brings, and a refused
one does not."""

from compat.wire import Wire
from compat.wire.coordinators import begin, init_producer_id


def run(broker: Wire) -> None:
    name, producer = begin(broker)
    broker.ask("DescribeTransactions", 0, transactional_ids=[name])
    broker.ask("InitProducerId", 4, **init_producer_id(name, timeout_ms=12_345))
    broker.ask("DescribeTransactions", 0, transactional_ids=[name])
    broker.ask("InitProducerId", 4, **init_producer_id(name, timeout_ms=900_001))
    broker.ask("InitProducerId", 4, **init_producer_id(name, (producer[0], 1), 7_000))
    broker.ask("DescribeTransactions", 0, transactional_ids=[name])
