"""DescribeTransactions shows state, timeout and partitions of an open transaction; unknown ids
are 105."""

from compat.wire import Wire
from compat.wire.coordinators import add_partitions, begin, end, settled, write


def run(broker: Wire) -> None:
    topic, (name, producer) = broker.topic(), begin(broker)
    broker.ask("DescribeTransactions", 0, transactional_ids=[name])
    broker.quiet("AddPartitionsToTxn", 3, **add_partitions(name, producer, topic))
    broker.quiet("Produce", 9, **write(name, producer, topic, 0))
    broker.ask("DescribeTransactions", 0, transactional_ids=[name, broker.name("none"), ""])
    broker.quiet("EndTxn", 3, **end(name, producer, committed=False))
    settled(broker, name)
    broker.ask("DescribeTransactions", 0, transactional_ids=[name])
    broker.ask("DescribeTransactions", 0, transactional_ids=[])
